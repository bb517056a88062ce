//! What the arguments of system calls mean.

use crate::object::ObjectKind;

/// How long a buffer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Buffer {
    /// So many bytes, aligned to words.
    Words(u32),
    /// As many bytes as the next argument says, at most so many.
    Bytes(u32),
}

/// Meaning of one argument register; from it follow the checks, the
/// documentation and the classes of bad arguments that are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// Handle of an object of this kind.
    Handle(ObjectKind),
    /// Handle of an object of any kind.
    AnyHandle,
    /// Any word.
    Word,
    /// A number in this range, both ends included.
    Range(u32, u32),
    /// Bits of this mask, at least one.
    Bits(u32),
    /// Low word of a deadline in wall clock ticks; the high word follows.
    DeadlineLow,
    /// High word of the deadline.
    DeadlineHigh,
    /// Address of memory the kernel reads.
    In(Buffer),
    /// Address of memory the kernel writes.
    Out(Buffer),
    /// Length of the buffer before it, in bytes.
    Length(u32),
    /// Address that `heap_alloc` has returned.
    HeapAddress,
}
