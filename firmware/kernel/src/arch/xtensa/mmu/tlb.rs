//! What the TLBs of this core hold.

use super::asm;
use crate::memory::{Pte, Ring};

/// Ways that the page walk fills, and entries of each.
const REFILLED_WAYS: u32 = 4;
const ENTRIES: u32 = 4;
const ENTRY_SHIFT: u32 = 12;

/// The way of entries of 1 MiB, and bits of the address that word 0 of one has.
const WIRED_WAY: u32 = 4;
const WIRED_SHIFT: u32 = 20;
const WIRED_VPN: u32 = 0xFFC0_0000;

const ASID: u32 = 0xFF;
/// Bits of the address that word 0 of a refilled entry has; bits 13:12 are the
/// number of the entry.
const VPN: u32 = 0xFFFF_C000;
const PAGE: u32 = 0xFFFF_F000;
const ATTRIBUTE: u32 = 0xF;

/// Address space identifiers of rings 0 and 3; a domain's is that of ring 2.
const KERNEL_ASID: u32 = 1;
const SHARED_ASID: u32 = 4;

/// Which TLB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tlb {
    /// For fetches.
    Instruction,
    /// For loads and stores.
    Data,
}

impl Tlb {
    fn words(self, selector: u32) -> [u32; 2] {
        match self {
            Self::Instruction => [asm::xt_read_itlb0(selector), asm::xt_read_itlb1(selector)],
            Self::Data => [asm::xt_read_dtlb0(selector), asm::xt_read_dtlb1(selector)],
        }
    }
}

/// An entry that the page walk has filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The page's address.
    pub va: u32,
    /// Address space identifier: 1 the kernel, 4 everybody, others a domain
    /// ([`asid`](crate::memory::asid)).
    pub asid: u32,
    /// Physical page and attribute.
    word: u32,
}

impl Entry {
    /// The word of a page table that this entry comes from, if it is a true copy.
    #[must_use]
    pub fn source(&self) -> Pte {
        let ring = match self.asid {
            KERNEL_ASID => Ring::Kernel,
            SHARED_ASID => Ring::Shared,
            _ => Ring::Domain,
        };
        Pte::from_word(self.word & (PAGE | ATTRIBUTE) | (ring as u32) << 4)
    }
}

/// The entries that the page walk has filled and that are in force for some
/// address space.
pub fn refilled(tlb: Tlb) -> impl Iterator<Item = Entry> {
    (0..REFILLED_WAYS * ENTRIES).filter_map(move |number| {
        let entry = (number / REFILLED_WAYS) << ENTRY_SHIFT;
        let [virt, word] = tlb.words(entry | (number % REFILLED_WAYS));
        let asid = virt & ASID;
        (asid != 0).then_some(Entry {
            va: virt & VPN | entry,
            asid,
            word,
        })
    })
}

/// The entries of the way that the boot code fills for ever, of 1 MiB each: each
/// with the word that one of a page table would have.
pub fn wired(tlb: Tlb) -> impl Iterator<Item = Entry> {
    (0..ENTRIES).filter_map(move |number| {
        let entry = number << WIRED_SHIFT;
        let [virt, word] = tlb.words(entry | WIRED_WAY);
        let asid = virt & ASID;
        (asid != 0).then_some(Entry {
            va: virt & WIRED_VPN | entry,
            asid,
            word,
        })
    })
}

/// The way of a TLB that has `address` for the present domain and ring 0.
/// Answers from what the TLB holds: nothing is refilled.
#[must_use]
pub fn way_that_hits(tlb: Tlb, address: u32) -> Option<u32> {
    let (probe, hit) = match tlb {
        Tlb::Instruction => (asm::xt_probe_itlb(address), 1 << 3),
        Tlb::Data => (asm::xt_probe_dtlb(address), 1 << 4),
    };
    (probe & hit != 0).then_some(probe & (hit - 1))
}
