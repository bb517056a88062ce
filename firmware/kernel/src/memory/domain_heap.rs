//! The heaps of domains: taken from the pool, mapped, and given out in blocks.

use acelab_abi::account::HeapAccount;
use acelab_abi::core_id::CoreId;
use acelab_abi::memory::PAGE_SIZE;

use super::heap::{ALLOCATED, Block, FREED, MAX_HEAP_PAGES, POISON};
use super::page::PageRun;
use super::rights::Rights;
use super::view::{Cached, Kernel};
use super::{Memory, MemoryError, Placement, Taker};
use crate::ids::DomainId;
use crate::port::Port;

impl Memory {
    /// Gives a domain a heap of zeroed pages, at most [`MAX_HEAP_PAGES`], which it
    /// sees through the cache and past it.
    ///
    /// # Errors
    /// [`MemoryError::Invalid`] for no pages or too many,
    /// [`MemoryError::HasHeap`], [`MemoryError::Quota`],
    /// [`MemoryError::NoPages`], [`MemoryError::BadDomain`].
    pub fn create_heap(
        &mut self,
        port: &mut impl Port,
        id: DomainId,
        pages: usize,
        taker: Taker,
    ) -> Result<(), MemoryError> {
        let views = [Rights::ReadWrite, Rights::UncachedReadWrite];
        self.new_heap(port, id, pages, (Placement::UncachedCapable, taker), &views)
    }

    /// The same of pages that the domain sees through the cache only, and that
    /// leave those with an uncached view to others: for threads of one core, which
    /// share nothing of it with anybody.
    ///
    /// # Errors
    /// As [`create_heap`](Self::create_heap).
    pub fn create_private_heap(
        &mut self,
        port: &mut impl Port,
        id: DomainId,
        pages: usize,
        taker: Taker,
    ) -> Result<(), MemoryError> {
        self.new_heap(
            port,
            id,
            pages,
            (Placement::High, taker),
            &[Rights::ReadWrite],
        )
    }

    fn new_heap(
        &mut self,
        port: &mut impl Port,
        id: DomainId,
        pages: usize,
        (placement, taker): (Placement, Taker),
        views: &[Rights],
    ) -> Result<(), MemoryError> {
        self.domain(id)?;
        if pages == 0 || pages > MAX_HEAP_PAGES {
            return Err(MemoryError::Invalid);
        }
        if self.heaps[id.index()].run().is_some() {
            return Err(MemoryError::HasHeap);
        }
        self.domains[id.index()].quota.charge(pages, taker)?;
        match self.take_pages(port, pages, placement, taker) {
            Ok(run) => {
                for rights in views {
                    self.map(port, id, run.pages(), *rights);
                }
                self.heaps[id.index()].create(run);
                port.shoot_down();
                Ok(())
            }
            Err(error) => {
                self.domains[id.index()].quota.release(pages);
                Err(error)
            }
        }
    }

    /// Takes a block from the heap of a domain; answers its address there.
    ///
    /// # Errors
    /// [`MemoryError::Invalid`] for size 0 and for an alignment that is no power
    /// of two up to a page; [`MemoryError::HeapFull`]; [`MemoryError::NoHeap`].
    pub fn heap_alloc(
        &mut self,
        port: &mut impl Port,
        id: DomainId,
        size: u32,
        align: u32,
    ) -> Result<u32, MemoryError> {
        let heap = &mut self.heaps[id.index()];
        let block = heap.alloc(port.core(), size, align)?;
        let run = heap.run().ok_or(MemoryError::NoHeap)?;
        if POISON {
            poison(port, run.address(), block, ALLOCATED);
        }
        Ok(run.address().user().get() + block.offset)
    }

    /// Gives a block back to the heap of a domain.
    ///
    /// # Errors
    /// [`MemoryError::Invalid`] when the address is not that of a block which
    /// the heap has given out and not taken back; [`MemoryError::NoHeap`].
    pub fn heap_free(
        &mut self,
        port: &mut impl Port,
        id: DomainId,
        address: u32,
    ) -> Result<(), MemoryError> {
        let heap = &mut self.heaps[id.index()];
        let start = heap.run().map(PageRun::address);
        let start = start.ok_or(MemoryError::NoHeap)?;
        // An address below the heap becomes an offset far beyond its end.
        let block = heap.free(address.wrapping_sub(start.user().get()))?;
        if POISON {
            poison(port, start, block, FREED);
        }
        Ok(())
    }

    /// The address of one of the blocks that threads of `core` have taken from the
    /// heap of a domain, as the domain sees it.
    #[must_use]
    pub fn heap_block_of(&self, id: DomainId, core: CoreId) -> Option<u32> {
        let heap = &self.heaps[id.index()];
        let start = heap.run()?.address().user().get();
        Some(start + heap.first_of(core)?.offset)
    }

    /// The account of the heap of a domain.
    ///
    /// # Errors
    /// [`MemoryError::NoHeap`].
    pub fn heap_account(&self, id: DomainId) -> Result<HeapAccount, MemoryError> {
        self.heaps[id.index()].account().ok_or(MemoryError::NoHeap)
    }

    /// Bytes given out by the heaps of all domains.
    #[must_use]
    pub fn heap_bytes(&self) -> u32 {
        self.heaps.iter().map(super::heap::Heap::in_use).sum()
    }
}

/// Fills a block of the heap at `start`, at most a page of it: the kernel takes
/// no longer for a large block.
fn poison(port: &mut impl Port, start: Cached<Kernel>, block: Block, byte: u8) {
    let len = block.size.min(PAGE_SIZE);
    port.fill(start.get() + block.offset, len, byte);
}
