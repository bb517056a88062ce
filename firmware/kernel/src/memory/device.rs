//! Memory for devices, which no page table stops.

use acelab_abi::memory::{PAGE_POOL, USER_DISTANCE, USER_UNCACHED_DISTANCE, USER_WINDOW};

use super::page::Pages;
use super::{Memory, MemoryError};
use crate::ids::DomainId;

impl Memory {
    /// The physical address of `len` bytes that a domain sees at `address`, if
    /// all of them lie in a given-out part of its heap, or in one partition that
    /// it may write. Both views are good. Stacks are not: they go with their
    /// threads.
    ///
    /// # Errors
    /// [`MemoryError::Invalid`].
    pub fn device_memory(&self, id: DomainId, address: u32, len: u32) -> Result<u32, MemoryError> {
        let at = physical(address).ok_or(MemoryError::Invalid)?;
        let heap = &self.heaps[id.index()];
        let in_heap = heap.run().is_some_and(|run| {
            holds(run.pages(), at, len) && heap.is_given_out(at - run.address().get(), len)
        });
        let in_partition = || {
            self.domains[id.index()]
                .attached()
                .any(|attachment| attachment.rights.writable() && holds(attachment.pages, at, len))
        };
        if len > 0 && (in_heap || in_partition()) {
            Ok(at)
        } else {
            Err(MemoryError::Invalid)
        }
    }

    /// The physical address and the size of the block of a domain's heap that
    /// begins at `address`.
    ///
    /// # Errors
    /// As [`heap_free`](Self::heap_free).
    pub fn heap_block(&self, id: DomainId, address: u32) -> Result<(u32, u32), MemoryError> {
        let heap = &self.heaps[id.index()];
        let start = heap.run().ok_or(MemoryError::NoHeap)?.address();
        let block = heap.block(address.wrapping_sub(start.user().get()))?;
        Ok((start.get() + block.offset, block.size))
    }
}

/// The physical address of a byte of the user window, through either view of the
/// pool; a page and its neighbour in one view are neighbours in memory.
const fn physical(address: u32) -> Option<u32> {
    if !USER_WINDOW.contains(address, 1) {
        return None;
    }
    let cached = address + USER_DISTANCE;
    if PAGE_POOL.contains(cached, 1) {
        Some(cached)
    } else if PAGE_POOL.contains(cached + USER_UNCACHED_DISTANCE, 1) {
        Some(cached + USER_UNCACHED_DISTANCE)
    } else {
        None
    }
}

const fn holds(pages: Pages, address: u32, len: u32) -> bool {
    pages.region().contains(address, len)
}
