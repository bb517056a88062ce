//! Semaphores.

use crate::object::{created, object};
use crate::raw::values;
use crate::{Deadline, Object, ObjectKind, Owned, Result};

object! {
    /// A count that threads take from, and wait for when it is zero.
    Semaphore: Some(ObjectKind::Semaphore)
}

impl Semaphore {
    /// A semaphore with this count, which never exceeds `limit`.
    pub fn create(initial: u32, limit: u32) -> Result<Owned<Self>> {
        values!(SemCreate, initial, limit).map(|(word, _)| created(word))
    }

    /// Adds one, or wakes the first thread that waits.
    pub fn give(self) -> Result<()> {
        values!(SemGive, self.word()).map(drop)
    }

    /// Takes one, or waits for it.
    pub fn take(self, deadline: Deadline) -> Result<()> {
        values!(SemTake, self.word(), deadline.low(), deadline.high()).map(drop)
    }

    /// The count.
    pub fn count(self) -> Result<u32> {
        values!(SemCount, self.word()).map(|(count, _)| count)
    }
}
