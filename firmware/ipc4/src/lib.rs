#![no_std]
#![forbid(unsafe_code)]
//! IPC4 commands: decoding, routing, and what they do.
//!
//! Two threads execute commands. The kernel thread `ipc` on core 0 has the
//! [`Router`]: it takes a request to its reply ([`Router::handle`]), executes
//! what concerns the firmware as a whole (power, base firmware), and sends the
//! rest as a [`Command`] to the core that owns the pipeline or the instance. There the
//! core's IPC thread, a user thread, executes it ([`user::Executor`]) and gives
//! an [`Answer`].
//!
//! Both read the inbox in place, one word at a time and each word once,
//! because the host may change it at any moment; what a word says is checked
//! after it was read. A payload for a module is copied once.
//!
//! The code of a loadable module is made usable before INIT_INSTANCE is sent to its
//! core, and taken back once the router knows the instance no more: that is
//! decided in ring 0, by the [`Router`], and no user thread can ask for it.
//!
//! A request to put core 0 to D3 succeeds when nothing else is up and nothing plays; the
//! host takes the power, and nothing is kept over it.
//!
//! # Where this firmware differs from those of the field
//!
//! - GET_PIPELINE_STATE is served; the state is in the reply's extension. The
//!   field answers UNAVAILABLE.
//! - A core that has pipelines, instances or chains keeps its power (BUSY), and
//!   no core of the command is switched then.
//! - An unknown instance is INVALID_RESOURCE_ID for every message, LARGE_CONFIG
//!   too.
//! - A list of no pipelines, or with an id above 255, is ERROR_INVALID_PARAM; an
//!   id that comes twice counts once.
//! - A command that is not done in time is answered with FAILURE. Its core is
//!   BUSY until the late answer has come, which changes what is known about
//!   objects and is not sent. A core that has not answered after the same time
//!   again can be switched off, with all that it has.
//! - A pipeline's priority ends at 7; its memory parameters are checked, told,
//!   and without effect, because the pipelines of a core share a heap.
//! - A library can be removed: LARGE_CONFIG_SET of the base firmware's parameter
//!   LIBRARY_REMOVE, whose payload is the id in one word. BUSY while there are
//!   instances that need it, INVALID_RESOURCE_ID for one that is not loaded.
//! - A dependency that is not met makes INIT_INSTANCE fail; the field ignores it.
//! - PIPELINE_STATE_NOT_SET needs hardware that refuses to start what it let
//!   itself be programmed for; the machine has no such fault, so only host
//!   tests produce it.

extern crate alloc;
#[cfg(test)]
extern crate std;

mod answers;
mod base_fw;
mod firmware;
mod forward;
mod global;
mod handler;
mod inbox;
mod module;
pub mod modules;
mod outbox;
mod pipeline_state;
mod power;
mod router;
pub mod user;

#[cfg(test)]
mod tests;

pub use answers::{MESSAGE_WORDS, Received, wait_for_answer};
#[cfg(feature = "debug-ipc")]
pub use base_fw::test_param::{TestRequest, TestResult};
pub use firmware::{
    Firmware, LibraryInfo, LogSettings, MAX_LIBRARIES, MemoryState, ModuleTable, ModuleWords,
    PowerError,
};
pub use forward::{Answer, Command, Forwarded, Phase};
pub use handler::{Reply, Request};
pub use router::Router;
