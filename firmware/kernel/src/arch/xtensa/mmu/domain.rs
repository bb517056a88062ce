//! Which domain the user window shows on this core.

use acelab_abi::memory::{PAGE_POOL, PAGE_SIZE};

use super::asm;
use crate::ids::DomainId;
use crate::memory::{Pte, Rights, Ring, asid};

/// RASID without a domain: rings 0, 2 and 3 have the address space identifiers
/// 1, 3 and 4. No page has 3.
const NO_DOMAIN: u32 = 0x0403_0201;
const RING2_SHIFT: u32 = 16;
const RING2: u32 = 0xFF << RING2_SHIFT;

/// The page table of a domain, ready to be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DomainMap {
    /// TLB word of the page that the page walk reads: by ring 0, past the cache,
    /// through which other cores write it.
    table: u32,
    rasid: u32,
}

impl DomainMap {
    /// The page table of `domain` in the page of the pool at `table`.
    ///
    /// # Safety
    /// [`memory::Memory`](crate::memory::Memory) has made this page table, and
    /// keeps it as long as a thread of the domain runs.
    ///
    /// # Panics
    /// When that is no page of the pool.
    #[must_use]
    pub unsafe fn new(domain: DomainId, table: u32) -> Self {
        assert!(
            PAGE_POOL.contains(table, PAGE_SIZE),
            "a page table outside the pool"
        );
        Self {
            table: Pte::new(table, Ring::Kernel, Rights::UncachedRead).word(),
            rasid: NO_DOMAIN & !RING2 | asid(domain) << RING2_SHIFT,
        }
    }

    /// The words, for the entry code.
    pub(in super::super) const fn words(self) -> [u32; 2] {
        [self.table, self.rasid]
    }

    /// From [`words`](Self::words).
    pub(in super::super) const fn from_words([table, rasid]: [u32; 2]) -> Self {
        Self { table, rasid }
    }

    /// Has this core see the domain in the user window. Cheap when it does
    /// already, so every return to a thread of the domain goes through here. In
    /// between the core may have forgotten it, see [`forget_translations`]; a
    /// thread that is in no domain needs no call, it does not use the window.
    pub fn enter(self) {
        // SAFETY: the table is a domain's, by the contract of `new`. It maps
        // nothing but the user window, where no Rust object of the kernel is.
        unsafe { asm::xt_enter_domain(self.table, self.rasid) };
    }
}

/// This core keeps nothing that it has read from a page table, the kernel's or a
/// domain's, and no domain either: who goes on with a user thread must
/// [enter](DomainMap::enter) its domain again.
pub fn forget_translations() {
    // SAFETY: the user window, where no Rust object of the kernel is, is mapped
    // no longer; the identifiers of rings 0 and 3 stay.
    unsafe { asm::xt_leave_domain(NO_DOMAIN) };
    asm::xt_flush_refilled();
}

/// Address space identifier of the domain that this core has loaded.
#[must_use]
pub fn loaded_asid() -> Option<u32> {
    let rasid = asm::xt_rasid();
    (rasid != NO_DOMAIN).then_some((rasid & RING2) >> RING2_SHIFT)
}
