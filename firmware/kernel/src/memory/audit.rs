//! Whether the page tables keep the rules of memory, word by word. For the cases
//! that look at a kernel which has run for a while: nothing that the kernel
//! remembers beside the tables is believed.

use acelab_abi::memory::{
    FW_REGISTERS, INBOX, MANIFEST, PAGE_POOL, PAGE_SIZE, Region, TEXT_AREA, USER_DISTANCE,
    USER_UNCACHED_DISTANCE, is_uncached, to_cached, to_uncached,
};

use super::kernel_map::MANIFEST_VIEW;
use super::page::Page;
use super::pte::{Mapping, Pte};
use super::rights::Ring;
use super::{Memory, Space};
use crate::ids::{DomainId, MAX_DOMAINS};
use crate::port::Port;

/// What a domain may see of the memory that is shared with the host.
const WINDOWS: Region = Region::new(FW_REGISTERS.base, INBOX.end() - FW_REGISTERS.base);

/// A word of a page table that breaks a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Whose table.
    pub space: Space,
    /// The address that the word is for.
    pub va: u32,
    /// The word.
    pub entry: Pte,
    /// The rule.
    pub rule: Rule,
}

/// A rule of memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// A word maps a page with rights that exist, or is the one for nothing.
    Encoding,
    /// An address maps the memory that belongs to it, through its view.
    Place,
    /// A table of the kernel maps nothing for domains, that of a domain nothing
    /// for anybody else; what everybody may read, nobody may write.
    Ring,
    /// What somebody may execute, nobody may write.
    WriteOrExecute,
}

impl Memory {
    /// Checks every word of every page table. It takes long.
    ///
    /// # Errors
    /// The first word that breaks a rule.
    pub fn audit(&self, port: &impl Port) -> Result<(), Violation> {
        for space in spaces() {
            for (va, entry) in self.entries(port, space) {
                self.audit_entry(port, space, va, entry)
                    .map_err(|rule| Violation {
                        space,
                        va,
                        entry,
                        rule,
                    })?;
            }
        }
        Ok(())
    }

    fn audit_entry(&self, port: &impl Port, space: Space, va: u32, entry: Pte) -> Result<(), Rule> {
        let kernel = space == Space::Kernel;
        let Some(mapping) = entry.mapping() else {
            let absent = if kernel {
                Pte::ABSENT_KERNEL
            } else {
                Pte::ABSENT_DOMAIN
            };
            return keeps(entry == absent, Rule::Encoding);
        };
        let Mapping { pa, ring, rights } = mapping;
        let (memory, uncached) = if kernel {
            kernel_place(va)
        } else {
            user_place(va)
        };
        keeps(pa == memory && rights.uncached() == uncached, Rule::Place)?;
        let ring_is_right = match ring {
            Ring::Kernel => kernel,
            Ring::Domain => {
                let window = WINDOWS.contains(pa, PAGE_SIZE);
                !kernel && (PAGE_POOL.contains(pa, PAGE_SIZE) || window)
            }
            Ring::Shared => kernel && !rights.writable(),
        };
        keeps(ring_is_right, Rule::Ring)?;
        let text = TEXT_AREA.contains(pa, 1);
        keeps(!(rights.writable() && text), Rule::WriteOrExecute)?;
        let alone = !rights.executable()
            || Page::at(pa).is_some_and(|page| !kernel && !self.writable(port, page));
        keeps(alone, Rule::WriteOrExecute)
    }

    /// Whether anybody may write a page.
    fn writable(&self, port: &impl Port, page: Page) -> bool {
        spaces().any(|space| {
            let pa = page.address().get();
            let views = match space {
                Space::Kernel => [Some(pa), Some(to_uncached(pa))],
                Space::Domain(_) => [
                    Some(page.user().get()),
                    page.user_uncached().map(|address| address.get()),
                ],
            };
            views.into_iter().flatten().any(|va| {
                self.mapping(port, space, va)
                    .is_some_and(|mapping| mapping.rights.writable())
            })
        })
    }
}

const fn keeps(kept: bool, rule: Rule) -> Result<(), Rule> {
    if kept { Ok(()) } else { Err(rule) }
}

fn spaces() -> impl Iterator<Item = Space> {
    let domains = (0..MAX_DOMAINS).filter_map(DomainId::new);
    core::iter::once(Space::Kernel).chain(domains.map(Space::Domain))
}

/// The memory that an address of the kernel's belongs to, and whether it is
/// reached past the cache.
const fn kernel_place(va: u32) -> (u32, bool) {
    if MANIFEST_VIEW.contains(va, 1) {
        (MANIFEST.base + (va - MANIFEST_VIEW.base), true)
    } else {
        (to_cached(va), is_uncached(va))
    }
}

/// The same of an address in the user window: the windows of the host, then the
/// uncached and the cached view of the pool.
const fn user_place(va: u32) -> (u32, bool) {
    let cached = va + USER_DISTANCE;
    if WINDOWS.contains(cached, 1) {
        (cached, true)
    } else if cached < PAGE_POOL.base {
        (cached + USER_UNCACHED_DISTANCE, true)
    } else {
        (cached, false)
    }
}
