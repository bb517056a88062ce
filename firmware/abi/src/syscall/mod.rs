//! The system calls: one table, from which the kernel's dispatcher, the user
//! library, the documentation and the test of bad arguments are made.
//!
//! Convention, which follows the call0 ABI: number in a7, arguments in a2 to
//! a6, `SYSCALL`. On return a2 holds a [`SysError`] code (0 is success), a3 and
//! a4 the results; a5 to a11 hold zero; a0, a1 and a12 to a15 are kept.
//!
//! A wrong *value* is answered with an error. A wrong *pointer* stops the
//! thread, because its program is wrong and could not go on.

mod argument;
mod dma;
mod error;
pub mod guard;
mod local;
mod port;
mod table;
mod thread;

pub use argument::{Argument, Buffer};
pub use dma::{
    DMA_ALIGN, DMA_SIZE_STEP, ExchangeEntry, Gateway, GatewayKind, MAX_DMA_BUFFER, MAX_EXCHANGE,
    MAX_GATEWAY_INDEX, exchange_flags,
};
pub use error::SysError;
pub use local::ThreadLocal;
pub use port::PortParams;
pub use table::{SYSCALLS, Syscall, SyscallInfo};
pub use thread::{
    EVENT_ALL, EVENT_CLEAR, ExitReason, MAX_NAME, MAX_PRIORITY, PRIORITIES, ThreadParams, flags,
};

/// Most arguments of a system call: a2 to a6.
pub const MAX_ARGS: usize = 5;

/// Longest message of a slot, in bytes.
pub const MAX_MESSAGE: usize = 64;

/// Longest text of `log` and `panic`, in bytes.
pub const MAX_TEXT: usize = 160;

/// Most bytes of one `cache` call: the kernel does nothing else meanwhile.
pub const MAX_CACHE_RANGE: u32 = 64 << 10;

/// Pages of the largest heap of a domain.
pub const MAX_HEAP_PAGES: u32 = 160;

/// A deadline that never comes, in wall clock ticks.
pub const FOREVER: u64 = u64::MAX;

/// What a thread may do with the pages of a partition.
pub mod rights {
    /// Loads.
    pub const READ: u32 = 1 << 0;
    /// Loads and stores.
    pub const WRITE: u32 = 1 << 1;
    /// Loads and fetches. Never together with [`WRITE`].
    pub const EXECUTE: u32 = 1 << 2;
    /// Through the uncached view.
    pub const UNCACHED: u32 = 1 << 3;
}
