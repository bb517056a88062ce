//! Guarded calls: what a thread and the kernel tell each other about code that
//! is stopped alone when it does something wrong.
//!
//! A thread registers once with `guard_register`. From then on the block at the
//! top of its stack (see [`ThreadLocal`](super::ThreadLocal)) has the words of
//! [`GuardWord`]. The thread makes the serial odd when it enters a guarded call,
//! and even when it leaves it; so a call costs no system call. What happens to
//! the thread while the serial is odd - an exception, a panic, a bad pointer, a
//! system call that [`is_allowed`] does not name, too much time - ends the call
//! only: the kernel writes what it was into the block, makes the serial even,
//! and has the thread go on at its recovery entry, with the address of the block
//! in a2, the stack pointer below it and all other registers cleared.

use super::Syscall;

/// Words of the block at the top of a stack, by their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub enum GuardWord {
    /// Odd in a guarded call. Each call has another one.
    Serial = 2,
    /// How often the kernel may find the same call, see [`SAMPLE_MICROS`].
    Limit = 3,
    /// Whose code the call runs, for the report; any word but 0.
    Who = 4,
    /// For the thread itself.
    Context = 5,
    /// After a call was ended: an [`ExitReason`](super::ExitReason).
    Reason = 6,
    /// What [`ExitReason`](super::ExitReason) says of the value.
    Value = 7,
    /// The instruction at which it was ended.
    Pc = 8,
    /// The address it reached for, or the bad pointer, or 0.
    Address = 9,
    /// First of the registers that the thread keeps over the call: a0, a1, a12
    /// to a15.
    Saved = 10,
}

impl GuardWord {
    /// Bytes from the start of the block.
    #[must_use]
    pub const fn offset(self) -> u32 {
        4 * self as u32
    }
}

/// Words of the block, a multiple of 16 bytes.
pub const BLOCK_WORDS: usize = 16;

/// The kernel looks at the serial whenever a thread has *run* for so long since
/// the last time. A call that it finds more often than its limit says is ended:
/// after more than `limit` and at most `limit + 1` such spans.
pub const SAMPLE_MICROS: u32 = 250;

/// Whether a system call may be made in a guarded call. None of them does
/// anything but to the thread itself.
#[must_use]
pub const fn is_allowed(call: Syscall) -> bool {
    matches!(call, Syscall::Null | Syscall::ThreadYield | Syscall::Panic)
}

/// Whether a confined thread may make a system call.
#[must_use]
pub const fn is_for_confined(call: Syscall) -> bool {
    matches!(
        call,
        Syscall::Null
            | Syscall::ThreadYield
            | Syscall::ThreadExit
            | Syscall::SemGive
            | Syscall::SemTake
            | Syscall::ClockNow
            | Syscall::HeapAlloc
            | Syscall::HeapFree
            | Syscall::Panic
    )
}
