//! What page tables hold, for the cases that look at them.

use acelab_abi::memory::{PAGE_SIZE, USER_WINDOW};
use acelab_abi::memory_map::{MAX_RUNS, Run};

use super::kernel_map::{KernelTable, TABLE_WORDS};
use super::pte::{Mapping, Pte};
use super::{Memory, Space};
use crate::port::Port;

/// Words of page tables that are looked at under one lock.
pub const WORDS_AT_ONCE: usize = 256;

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
    /// the address that each is for, in the order of the addresses.
    pub(super) fn entries<P: Port>(
        &self,
        port: &P,
        space: Space,
    ) -> impl Iterator<Item = (u32, Pte)> {
        self.entries_from(port, space, 0)
    }

    /// Those for `from` and behind.
    fn entries_from<P: Port>(
        &self,
        port: &P,
        space: Space,
        from: u32,
    ) -> impl Iterator<Item = (u32, Pte)> {
        let tables = match space {
            Space::Kernel => [
                Some((KernelTable::Uncached.window().base, self.tables.uncached)),
                Some((KernelTable::Cached.window().base, self.tables.cached)),
            ],
            Space::Domain(id) => [
                self.page_table(id).map(|table| (USER_WINDOW.base, table)),
                None,
            ],
        };
        tables.into_iter().flatten().flat_map(move |(base, table)| {
            let first = (from.saturating_sub(base) / PAGE_SIZE) as usize;
            (first..TABLE_WORDS).map(move |index| {
                let va = base + index as u32 * PAGE_SIZE;
                (va, Pte::from_word(port.read_entry(table, index)))
            })
        })
    }

    /// The pages in the page table of a domain, or in the two of the kernel. What
    /// is wired is in no page table, and not among them.
    pub fn mapped<P: Port>(&self, port: &P, space: Space) -> impl Iterator<Item = Mapped> {
        self.entries(port, space).filter_map(|(va, entry)| {
            let mapping = entry.mapping()?;
            Some(Mapped { va, mapping })
        })
    }

    /// The next runs of pages from an address on, and the address to go on with,
    /// 0 at the end; `None` when there is no such domain. It looks at
    /// [`WORDS_AT_ONCE`] words at most.
    pub fn piece(
        &self,
        port: &impl Port,
        space: Space,
        from: u32,
    ) -> Option<([Option<Run>; MAX_RUNS], u32)> {
        if let Space::Domain(id) = space {
            self.page_table(id)?;
        }
        let mut runs = [None; MAX_RUNS];
        let mut len = 0_usize;
        for (number, (va, entry)) in self.entries_from(port, space, from).enumerate() {
            if number == WORDS_AT_ONCE {
                return Some((runs, va));
            }
            let Some(mapping) = entry.mapping() else {
                continue;
            };
            let page = run(va, mapping);
            let last = len.checked_sub(1).and_then(|last| runs[last].as_mut());
            match last {
                Some(last) if last.is_continued_by(&page) => last.pages += 1,
                _ if len == MAX_RUNS => return Some((runs, va)),
                _ => {
                    runs[len] = Some(page);
                    len += 1;
                }
            }
        }
        Some((runs, 0))
    }
}

/// One page, as a run.
const fn run(va: u32, mapping: Mapping) -> Run {
    Run {
        va,
        pa: mapping.pa,
        pages: 1,
        rights: mapping.rights.bits(),
        ring: mapping.ring as u32,
    }
}
