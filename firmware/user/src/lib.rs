#![no_std]
//! The system calls as safe Rust.
//!
//! An object is named by a small `Copy` type ([`Semaphore`], [`Thread`], …) that
//! holds a handle, and may be passed between threads as a word; the kernel
//! checks it at each use. Whoever creates an object gets it [`Owned`], which
//! closes it when it goes out of scope. Every call that may wait takes a
//! [`Deadline`].
//!
//! Errors are those of the kernel ([`SysError`]); a wrong *pointer* stops the
//! thread, and so cannot come from here.

#[cfg(test)]
extern crate std;

pub mod cache;
pub mod guard;
pub mod heap;
pub mod local;
pub mod log;

mod account;
mod channel;
mod domain;
mod event;
mod mutex;
mod object;
mod protected;
mod raw;
mod semaphore;
mod slot;
mod text;
mod thread;
mod time;
mod timer;

pub use account::kernel_account;
pub use acelab_abi::object::{Handle, ObjectKind};
pub use acelab_abi::syscall::{ExitReason, SysError, rights};
pub use channel::{
    Channel, Container, ExchangeEntry, Gateway, GatewayKind, PortParams, exchange, exchange_flags,
};
pub use domain::{Domain, Partition};
pub use event::{Event, Wait};
pub use mutex::{Guard, Locked, Mutex};
pub use object::{AnyObject, Object, Owned};
pub use protected::{Protected, ProtectedGuard};
pub use raw::{RawResult, mark, null, syscall};
pub use semaphore::Semaphore;
pub use slot::{Message, Slot};
pub use thread::{Builder, Entry, Exit, Thread, exit, yield_now};
pub use time::{Deadline, Duration, Instant, now, sleep, sleep_until};
pub use timer::Timer;

/// What a call answers.
pub type Result<T> = core::result::Result<T, SysError>;
