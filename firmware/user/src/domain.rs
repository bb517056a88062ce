//! Domains and partitions, for threads that may spawn.

use crate::object::{created, object};
use crate::raw::values;
use crate::{Object, ObjectKind, Owned, Result, Thread};

object! {
    /// What memory its threads can reach.
    Domain: Some(ObjectKind::Domain)
}

object! {
    /// Whole pages of memory that domains map.
    Partition: Some(ObjectKind::Partition)
}

impl Domain {
    /// A domain without partitions.
    pub fn create() -> Result<Owned<Self>> {
        values!(DomainCreate).map(|(word, _)| created(word))
    }

    /// Maps `partition` with these [`rights`](crate::rights).
    pub fn attach(self, partition: Partition, rights: u32) -> Result<()> {
        values!(PartitionAttach, self.word(), partition.word(), rights).map(drop)
    }

    /// Unmaps `partition`: on return, no core can reach it from this domain.
    pub fn detach(self, partition: Partition) -> Result<()> {
        values!(PartitionDetach, self.word(), partition.word()).map(drop)
    }

    /// Moves a thread here that has not started.
    pub fn assign(self, thread: Thread) -> Result<()> {
        values!(DomainAssign, self.word(), thread.word()).map(drop)
    }

    /// Gives the domain a heap of so many pages.
    pub fn create_heap(self, pages: u32) -> Result<()> {
        values!(HeapCreate, self.word(), pages).map(drop)
    }
}

impl Partition {
    /// Pages filled with zeros, and their address in every domain that maps
    /// them.
    pub fn create(pages: u32) -> Result<(Owned<Self>, u32)> {
        values!(PartitionCreate, pages).map(|(word, address)| (created(word), address))
    }
}
