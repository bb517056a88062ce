//! Memory: who may reach which page, and how the kernel reaches what threads
//! point to.
//!
//! Portable and without `unsafe`: page tables and bytes are reached through
//! [`Port`]. Everything here runs under the kernel lock.
//!
//! Rules that hold for every change of a page table:
//! - A page goes back to the pool only after the [shoot-down](Port::shoot_down)
//!   that follows its removal from the last page table.
//! - The TLB keeps entries that map nothing, too. So a new mapping is usable
//!   only after a shoot-down as well: otherwise a thread could be stopped for
//!   an access that another one was rightly stopped for before.
//! - No page can be written by one and executed by another at the same time,
//!   whatever the domain or the view. While a page is executable, the kernel's
//!   own mappings of it are read-only.

#![forbid(unsafe_code)]

mod access;
mod attach;
mod audit;
mod bits;
mod device;
mod domain;
mod domain_heap;
mod error;
mod heap;
mod inspect;
mod kernel_check;
mod kernel_map;
mod page;
mod partition;
mod pointer;
mod pool;
mod pte;
mod quota;
mod rights;
mod segment;
mod stack;
mod view;
mod windows;

#[cfg(test)]
pub(crate) mod tests;

use acelab_abi::memory::{PAGE_SIZE, to_uncached};

use crate::ids::{DomainId, MAX_DOMAINS};
use crate::port::Port;

pub use access::Space;
pub use audit::{Rule, Violation};
pub use domain::{MAX_ATTACHMENTS, asid};
pub use error::MemoryError;
pub use heap::{GRANULE, MAX_ALIGN, MAX_HEAP_PAGES};
pub use inspect::{Mapped, WORDS_AT_ONCE};
pub use kernel_check::MapError;
pub use kernel_map::{
    Area, KernelLayout, KernelTable, MANIFEST_VIEW, TABLE_SPAN, TABLE_WORDS, WIRED,
};
pub use page::{POOL_PAGES, Page, PageRun, Pages, UNCACHED_PAGES};
pub use partition::Partition;
pub use pointer::{BadPointer, PointerFault, UserBytes, UserPointer};
pub use pool::{PagePool, Placement, Taker};
pub use pte::{Mapping, Pte};
pub use quota::Quota;
pub use rights::{Access, Rights, Ring};
pub use segment::{Draft, ModuleRange, PAGES_AT_ONCE, Segment, SegmentRights, Segments};
pub use stack::Stack;
pub use view::{Cached, Kernel, Uncached, User};
pub use windows::Window;

use domain::Domain;
use heap::Heap;

/// Pages that are filled with zeros in one go, with interrupts masked.
const ZEROED_AT_ONCE: usize = 4;

/// Where the kernel's own two page tables lie, by addresses that
/// [`Port::read_entry`] takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KernelTables {
    /// The table of [`KernelTable::Cached`].
    pub cached: u32,
    /// The table of [`KernelTable::Uncached`].
    pub uncached: u32,
}

impl KernelTables {
    const fn of(&self, table: KernelTable) -> u32 {
        match table {
            KernelTable::Cached => self.cached,
            KernelTable::Uncached => self.uncached,
        }
    }
}

/// What the kernel may do with a page of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum KernelRights {
    /// Everything but to execute it: the rule.
    ReadWrite,
    /// Only to read it: somebody executes it.
    Read,
    /// Nothing: it lies below a stack of a kernel thread.
    Guard,
}

/// The memory that the kernel manages.
#[derive(Debug)]
pub struct Memory {
    pool: PagePool,
    tables: KernelTables,
    domains: [Domain; MAX_DOMAINS],
    heaps: [Heap; MAX_DOMAINS],
}

impl Memory {
    /// Memory of which nothing is given out. For a static; [`init`](Self::init)
    /// comes before the first use.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            pool: PagePool::new(),
            tables: KernelTables {
                cached: 0,
                uncached: 0,
            },
            domains: [const { Domain::none() }; MAX_DOMAINS],
            heaps: [const { Heap::none() }; MAX_DOMAINS],
        }
    }

    /// Tells where the kernel's page tables lie, which the boot code has filled
    /// by [`KernelLayout::fill`].
    pub const fn init(&mut self, tables: KernelTables) {
        self.tables = tables;
    }

    /// The pages that are given out, for the account.
    #[must_use]
    pub const fn pool(&self) -> &PagePool {
        &self.pool
    }

    /// Takes pages that hold nothing but zeros. That takes long, so it is done
    /// in steps: see [`MemoryError::Unfinished`].
    fn take_pages(
        &mut self,
        port: &mut impl Port,
        pages: usize,
        placement: Placement,
        taker: Taker,
    ) -> Result<PageRun, MemoryError> {
        self.pool
            .take_zeroed(pages, placement, taker, ZEROED_AT_ONCE, |page| {
                port.fill(page.address().get(), PAGE_SIZE, 0);
            })
    }

    /// Gives pages back that no page table maps any more but the kernel's.
    fn give_pages_back(&mut self, run: PageRun) {
        self.pool.give_back(run);
    }

    /// Changes what the kernel may do with pages of the pool, through both
    /// views. A shoot-down follows.
    fn set_kernel_rights(&self, port: &mut impl Port, pages: Pages, rights: KernelRights) {
        for page in pages {
            let pa = page.address().get();
            let (cached, uncached) = match rights {
                KernelRights::ReadWrite => (Rights::ReadWrite, Rights::UncachedReadWrite),
                KernelRights::Read => (Rights::Read, Rights::UncachedRead),
                KernelRights::Guard => {
                    self.write_kernel_entry(port, pa, Pte::ABSENT_KERNEL);
                    self.write_kernel_entry(port, to_uncached(pa), Pte::ABSENT_KERNEL);
                    continue;
                }
            };
            self.write_kernel_entry(port, pa, Pte::new(pa, Ring::Kernel, cached));
            self.write_kernel_entry(port, to_uncached(pa), Pte::new(pa, Ring::Kernel, uncached));
        }
    }

    fn write_kernel_entry(&self, port: &mut impl Port, va: u32, entry: Pte) {
        if let Some((table, index)) = KernelTable::of(va) {
            port.write_entry(self.tables.of(table), index, entry.word());
        }
    }

    /// A domain that is there.
    fn domain(&self, id: DomainId) -> Result<&Domain, MemoryError> {
        let domain = &self.domains[id.index()];
        domain.table().map(|_| domain).ok_or(MemoryError::BadDomain)
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}
