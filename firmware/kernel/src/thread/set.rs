//! Sets of threads.

use crate::ids::{MAX_THREADS, ThreadId};

const _: () = assert!(MAX_THREADS <= 64);

/// A set of threads, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ThreadSet(u64);

impl ThreadSet {
    /// No thread.
    pub const EMPTY: Self = Self(0);

    /// Only this thread.
    #[must_use]
    pub const fn of(thread: ThreadId) -> Self {
        Self(thread.bit())
    }

    /// Puts a thread in.
    pub fn insert(&mut self, thread: ThreadId) {
        self.0 |= thread.bit();
    }

    /// Takes a thread out.
    pub fn remove(&mut self, thread: ThreadId) {
        self.0 &= !thread.bit();
    }

    /// Whether the thread is in it.
    #[must_use]
    pub const fn contains(self, thread: ThreadId) -> bool {
        self.0 & thread.bit() != 0
    }

    /// Whether nobody is in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The bits.
    #[must_use]
    pub const fn bits(self) -> u64 {
        self.0
    }
}

impl Iterator for ThreadSet {
    type Item = ThreadId;

    fn next(&mut self) -> Option<ThreadId> {
        let thread = ThreadId::new(self.0.trailing_zeros() as usize)?;
        self.remove(thread);
        Some(thread)
    }
}
