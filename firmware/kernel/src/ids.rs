//! Numbers of what the kernel keeps in tables.

use core::num::NonZeroU8;

/// Threads the kernel has room for.
pub const MAX_THREADS: usize = 64;
/// Threads that user code leaves free for each core that is not active: what a
/// core needs to come up is never used up. An idle thread, a work thread, two for
/// audio, and in debug builds one for tests.
pub const CORE_THREADS: usize = 5;
/// Objects that are kept in the same way, for four cores at once: those threads,
/// and the nine objects by which a core's audio threads work together.
pub const RESERVED_OBJECTS: usize = 56;
/// Pages of the pool, the highest, that are the firmware's alone: the stacks of
/// the threads of five cores with their guard pages, 18 each in debug builds, and
/// those of core 0's two other threads.
pub const RESERVED_STACK_PAGES: usize = 104;
/// Pages of the pool, the last that have an uncached view, that are the firmware's
/// alone: one for the replies of each core.
pub const RESERVED_UNCACHED_PAGES: usize = 5;
/// Domains the kernel has room for.
pub const MAX_DOMAINS: usize = 16;

/// Index of a thread in the kernel's table. Inside the kernel only; user code
/// holds handles.
///
/// It is one more than the index, so that `Option<ThreadId>` is one byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThreadId(NonZeroU8);

impl ThreadId {
    /// The thread with index 0.
    pub const FIRST: Self = Self(NonZeroU8::MIN);

    /// The thread with this index.
    #[must_use]
    pub const fn new(index: usize) -> Option<Self> {
        if index >= MAX_THREADS {
            return None;
        }
        match NonZeroU8::new(index as u8 + 1) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The index.
    #[inline(always)]
    #[must_use]
    pub const fn index(self) -> usize {
        self.0.get() as usize - 1
    }

    /// Its bit in a set of threads.
    #[must_use]
    pub const fn bit(self) -> u64 {
        1 << self.index()
    }
}

/// Index of a domain in the kernel's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainId(u8);

impl DomainId {
    /// The domain with this index.
    #[must_use]
    pub const fn new(index: usize) -> Option<Self> {
        if index < MAX_DOMAINS {
            Some(Self(index as u8))
        } else {
            None
        }
    }

    /// The index.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}
