//! Partitions: what is mapped into domains as a whole.

use super::page::PageRun;
use super::view::{Cached, Kernel, Uncached, User};

/// Pages that are attached to domains together, with the same rights. The value
/// is the ownership: it lives in the object that names the partition, and
/// [`Memory::destroy_partition`](super::Memory::destroy_partition) consumes it.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a partition that is dropped is lost"]
pub struct Partition {
    pub(super) run: PageRun,
}

impl Partition {
    /// How many pages.
    #[must_use]
    pub const fn pages(&self) -> usize {
        self.run.pages().count()
    }

    /// Bytes.
    #[must_use]
    pub const fn size(&self) -> u32 {
        self.run.size()
    }

    /// Where users see it through the cache, in each domain that it is attached
    /// to.
    #[must_use]
    pub const fn user_address(&self) -> Cached<User> {
        self.run.address().user()
    }

    /// Where users see it past the cache; `None` when not all of it has such a
    /// view.
    #[must_use]
    pub const fn user_uncached_address(&self) -> Option<Uncached<User>> {
        if self.run.pages().have_uncached_view() {
            self.run.address().user_uncached()
        } else {
            None
        }
    }

    /// Where the kernel sees it through the cache.
    #[must_use]
    pub const fn kernel_address(&self) -> Cached<Kernel> {
        self.run.address()
    }
}
