//! What page tables hold, for the cases that look at them.

use acelab_abi::memory::{PAGE_SIZE, USER_WINDOW};

use super::kernel_map::{KernelTable, TABLE_WORDS};
use super::pte::{Mapping, Pte};
use super::{Memory, Space};
use crate::port::Port;

/// A page that is mapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// Its first address.
    pub va: u32,
    /// What is mapped there.
    pub mapping: Mapping,
}

impl Memory {
    /// The words of the page table of a domain, or of the two of the kernel, with
    /// the address that each is for.
    pub(super) fn entries<P: Port>(
        &self,
        port: &P,
        space: Space,
    ) -> impl Iterator<Item = (u32, Pte)> {
        let tables = match space {
            Space::Kernel => [
                Some((KernelTable::Cached.window().base, self.tables.cached)),
                Some((KernelTable::Uncached.window().base, self.tables.uncached)),
            ],
            Space::Domain(id) => [
                self.page_table(id).map(|table| (USER_WINDOW.base, table)),
                None,
            ],
        };
        tables.into_iter().flatten().flat_map(move |(base, table)| {
            (0..TABLE_WORDS).map(move |index| {
                let va = base + index as u32 * PAGE_SIZE;
                (va, Pte::from_word(port.read_entry(table, index)))
            })
        })
    }

    /// The pages in the page table of a domain, or in the two of the kernel. The
    /// text, which is in no page table, is not among them.
    pub fn mapped<P: Port>(&self, port: &P, space: Space) -> impl Iterator<Item = Mapped> {
        self.entries(port, space).filter_map(|(va, entry)| {
            let mapping = entry.mapping()?;
            Some(Mapped { va, mapping })
        })
    }
}
