//! Whether the page tables keep the rules of memory, word by word. For the cases
//! that look at a kernel which has run for a while: nothing that the kernel
//! remembers beside the tables is believed.

use acelab_abi::memory::{
    FW_REGISTERS, INBOX, MANIFEST, MODULE_WINDOW, PAGE_POOL, PAGE_SIZE, Region, TEXT_AREA,
    USER_DISTANCE, USER_UNCACHED_DISTANCE, is_uncached, to_cached,
};

use super::bits::Bits;
use super::kernel_map::MANIFEST_VIEW;
use super::page::{POOL_PAGES, Page};
use super::pte::{Mapping, Pte};
use super::rights::{Rights, Ring};
use super::{Memory, Space};
use crate::ids::{DomainId, MAX_DOMAINS};
use crate::port::Port;

/// What a domain may see of the memory that is shared with the host.
const WINDOWS: Region = Region::new(FW_REGISTERS.base, INBOX.end() - FW_REGISTERS.base);

const POOL_WORDS: usize = POOL_PAGES / u32::BITS as usize;

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
    /// A page of a module is nothing else to any domain. What its domains may
    /// not write, the kernel may not either; what one may write, no other has.
    Module,
}

/// How all page tables together map the pages of the pool.
struct Uses {
    /// Those that anybody may write.
    writable: Bits<POOL_WORDS>,
    /// Those that a domain has where its heap, stacks and partitions are.
    placed: Bits<POOL_WORDS>,
    /// Those that a domain may write in the module window.
    data: Bits<POOL_WORDS>,
    /// Of these, those that are mapped once more there.
    shared: Bits<POOL_WORDS>,
}

impl Uses {
    const fn new() -> Self {
        Self {
            writable: Bits::new(),
            placed: Bits::new(),
            data: Bits::new(),
            shared: Bits::new(),
        }
    }

    fn add(&mut self, space: Space, va: u32, mapping: Mapping) {
        let Some(page) = Page::at(mapping.pa).map(Page::index) else {
            return;
        };
        if mapping.rights.writable() {
            self.writable.set(page);
        }
        if space == Space::Kernel {
            return;
        }
        if !MODULE_WINDOW.contains(va, 1) {
            self.placed.set(page);
        } else if self.data.get(page) {
            self.shared.set(page);
        } else if mapping.rights.writable() {
            self.data.set(page);
        }
    }

    /// Whether a page in the module window is a module's, and nothing else.
    fn is_module(&self, page: Page, rights: Rights) -> bool {
        let page = page.index();
        !self.placed.get(page)
            && !self.shared.get(page)
            && rights.writable() == self.writable.get(page)
    }
}

impl Memory {
    /// Checks every word of every page table. It takes long.
    ///
    /// # Errors
    /// The first word that breaks a rule.
    pub fn audit(&self, port: &impl Port) -> Result<(), Violation> {
        let mut uses = Uses::new();
        for space in spaces() {
            for mapped in self.mapped(port, space) {
                uses.add(space, mapped.va, mapped.mapping);
            }
        }
        for space in spaces() {
            for (va, entry) in self.entries(port, space) {
                self.audit_entry(&uses, space, va, entry)
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

    fn audit_entry(&self, uses: &Uses, space: Space, va: u32, entry: Pte) -> Result<(), Rule> {
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
        let page = Page::at(pa);
        let module = !kernel && MODULE_WINDOW.contains(va, 1);
        let (memory, uncached) = match (kernel, module) {
            (true, _) => kernel_place(va),
            (false, false) => user_place(va),
            // Any page of the pool, through the cache.
            (false, true) => (page.map_or(0, |_| pa), false),
        };
        keeps(pa == memory && rights.uncached() == uncached, Rule::Place)?;
        let ring_is_right = match ring {
            Ring::Kernel => kernel,
            Ring::Domain => {
                let window = WINDOWS.contains(pa, PAGE_SIZE);
                let pool = page.is_some() && !self.is_page_table(pa);
                !kernel && (pool || window)
            }
            Ring::Shared => kernel && !rights.writable(),
        };
        keeps(ring_is_right, Rule::Ring)?;
        let text = TEXT_AREA.contains(pa, 1);
        keeps(!(rights.writable() && text), Rule::WriteOrExecute)?;
        let written = page.is_none_or(|page| uses.writable.get(page.index()));
        let alone = !rights.executable() || !kernel && !written;
        keeps(alone, Rule::WriteOrExecute)?;
        let whole = !module || page.is_some_and(|page| uses.is_module(page, rights));
        keeps(whole, Rule::Module)
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

/// The same of an address in the user window outside of the module window: the
/// windows of the host, then the uncached and the cached view of the pool.
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
