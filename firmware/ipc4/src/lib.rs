#![no_std]
#![forbid(unsafe_code)]
//! IPC4 commands: decoding, the base firmware module, the status of every
//! request that cannot be served.
//!
//! [`handle`] takes one request to its reply. It reads the inbox in place, one
//! word at a time and each word once, because the host may change it at any
//! moment; what a word says is checked after it was read.
//!
//! # This floor
//!
//! There is no audio engine yet. Requests about pipelines and module instances
//! get the status that the protocol has for objects that do not exist
//! ([`Status::InvalidResourceId`](acelab_abi::ipc4::Status::InvalidResourceId),
//! [`Status::ModNotInitialized`](acelab_abi::ipc4::Status::ModNotInitialized));
//! a request that would create one gets
//! [`Status::Unavailable`](acelab_abi::ipc4::Status::Unavailable) and a line in
//! the log. The same status answers CHAIN_DMA and LOAD_LIBRARY, and
//! [`Status::PowerTransitionFailed`](acelab_abi::ipc4::Status::PowerTransitionFailed)
//! a request to put core 0 to D3.

#[cfg(test)]
extern crate std;

mod base_fw;
mod firmware;
mod global;
mod handler;
mod inbox;
mod module;
mod outbox;
mod power;

#[cfg(test)]
mod tests;

#[cfg(feature = "debug-ipc")]
pub use base_fw::test_param::{TestRequest, TestResult};
pub use firmware::{Firmware, LogSettings, ModuleTable, PowerError};
pub use handler::{Reply, Request, handle};
