//! The audio domain: where the audio engine and the handlers of the host's audio
//! commands run, in user mode, on every core.
//!
//! There is one domain for the threads of each core: a heap, the inbox to read,
//! the firmware registers, one page that the kernel writes and all read
//! ([`shared`]), and a page for the payload of replies. Each core that
//! has power has a thread `ll_thread<n>`, which runs the graph each millisecond,
//! and `ipc_user<n>`, which changes it. The core's own kernel thread `work` makes
//! them when the core starts, and owns all that belongs to them; so they end with
//! the core, however it ends. Nothing of one core's engine is reached by another
//! core.

mod device;
#[cfg(feature = "debug-ipc")]
mod disturb;
mod domain;
mod forward;
mod guest;
mod heap;
mod ipc;
mod life;
mod ll;
mod local;
mod memory;
mod name;
mod notify;
mod platform;
mod shared;
mod start;
mod threads;
mod worker;

pub use domain::{clean, create as create_domain, id as domain_id, shared};
pub use forward::{forward, ipc_thread, is_overdue, late_answer, planted};
pub use guest::{PRIORITY_BEHIND as MODULE_BEHIND, acelab_alloc, acelab_free, acelab_panic};
pub use life::{Audio, is_up, reset, start_again, stop};
pub use memory::state as memory_state;
pub use threads::IN_KERNEL;
