//! Pointers as threads claim them.

use core::fmt;

use super::rights::Access;

/// Bytes that a thread says are its own.
///
/// Having one tells you that the range does not wrap around the end of the
/// address space, and that it is aligned as was asked. It does *not* tell you
/// that anything is mapped there, that the thread may read or write it, or that
/// this stays so: the claim is judged anew each time that
/// [`Memory`](super::Memory) reads or writes through it, and there is no other
/// way to the bytes. What was read once is not read again: the thread, or
/// another one of its domain, may change it in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UserBytes {
    address: u32,
    len: u32,
}

impl UserBytes {
    /// The claim to `len` bytes at `address`.
    ///
    /// # Errors
    /// When the range wraps around.
    pub const fn bytes(address: u32, len: u32) -> Result<Self, BadPointer> {
        // A range may end with the last byte of the address space.
        if len > 0 && address.checked_add(len - 1).is_none() {
            return Err(BadPointer {
                address,
                fault: PointerFault::Wraps,
            });
        }
        Ok(Self { address, len })
    }

    /// The claim to `len` bytes at `address`, which is a multiple of four.
    ///
    /// # Errors
    /// When it is not, or the range wraps around.
    pub const fn words(address: u32, len: u32) -> Result<Self, BadPointer> {
        if !address.is_multiple_of(4) {
            return Err(BadPointer {
                address,
                fault: PointerFault::Unaligned,
            });
        }
        Self::bytes(address, len)
    }

    /// The first address.
    #[must_use]
    pub const fn address(self) -> u32 {
        self.address
    }

    /// How many bytes.
    #[must_use]
    pub const fn len(self) -> u32 {
        self.len
    }

    /// Whether it is no byte at all. Such a claim is always good.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len == 0
    }

    /// The claim to the first bytes of it, at most `len`.
    #[must_use]
    pub const fn first(self, len: u32) -> Self {
        Self {
            address: self.address,
            len: if len < self.len { len } else { self.len },
        }
    }
}

/// `N` words that a thread says are its own; see [`UserBytes`] for what that
/// means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UserPointer<const N: usize>(UserBytes);

impl<const N: usize> UserPointer<N> {
    /// The claim to `N` words at `address`.
    ///
    /// # Errors
    /// When it is not a multiple of four, or the range wraps around.
    pub const fn new(address: u32) -> Result<Self, BadPointer> {
        match UserBytes::words(address, 4 * N as u32) {
            Ok(bytes) => Ok(Self(bytes)),
            Err(error) => Err(error),
        }
    }

    /// The claim to its bytes.
    #[must_use]
    pub const fn bytes(self) -> UserBytes {
        self.0
    }
}

/// A claim that is not true. The thread that made it is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadPointer {
    /// The first address at which it is wrong.
    pub address: u32,
    /// What is wrong.
    pub fault: PointerFault,
}

/// What is wrong with a pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointerFault {
    /// The range wraps around the end of the address space.
    Wraps,
    /// The address is not a multiple of four.
    Unaligned,
    /// The thread may not do that there.
    Forbidden(Access),
}

impl fmt::Display for BadPointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.fault {
            PointerFault::Wraps => "wraps around",
            PointerFault::Unaligned => "is not aligned",
            PointerFault::Forbidden(Access::Read) => "must not be read",
            PointerFault::Forbidden(Access::Write) => "must not be written",
        };
        write!(f, "{:#010x} {what}", self.address)
    }
}
