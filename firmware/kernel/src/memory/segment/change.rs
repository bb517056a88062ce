//! Segments come and go.

use acelab_abi::memory::PAGE_SIZE;

use super::super::domain::user_index;
use super::super::page::Pages;
use super::super::pte::Pte;
use super::super::rights::Ring;
use super::super::{KernelRights, Memory, MemoryError, Placement, Space, Taker};
use super::{Draft, ModuleRange, Segment, SegmentRights};
use crate::ids::{DomainId, MAX_DOMAINS};
use crate::port::Port;

/// Pages whose words one call changes at most: it has the kernel's lock.
pub const PAGES_AT_ONCE: usize = 16;

/// What can be done with segments, under the kernel's lock.
#[derive(Debug)]
pub struct Segments<'a, P> {
    memory: &'a mut Memory,
    port: &'a mut P,
}

impl Memory {
    /// The segments of loadable modules.
    pub const fn segments<'a, P: Port>(&'a mut self, port: &'a mut P) -> Segments<'a, P> {
        Segments { memory: self, port }
    }
}

impl<P: Port> Segments<'_, P> {
    /// Takes zeroed pages for a segment, in no domain as yet.
    ///
    /// # Errors
    /// [`MemoryError::Unfinished`], [`MemoryError::NoPages`].
    pub fn take(
        &mut self,
        range: ModuleRange,
        rights: SegmentRights,
    ) -> Result<Draft, MemoryError> {
        // High: what is low may be wanted past the cache. The host decides how many
        // there are, so none of those by which cores are started.
        let run = self
            .memory
            .take_pages(self.port, range.pages(), Placement::High, Taker::User)?;
        Ok(Draft { run, range, rights })
    }

    /// A segment is complete: from now on the kernel does not write it either,
    /// unless users may. What was written has been written back from the cache.
    ///
    /// # Errors
    /// The draft, when there is more to do.
    pub fn seal(&mut self, draft: Draft) -> Result<Segment, Draft> {
        if draft.rights.shared() {
            let pages = draft.run.pages();
            let from = self.sealed(pages);
            let end = pages.count().min(from + PAGES_AT_ONCE);
            self.kernel_may(pages.part(from, end), KernelRights::Read);
            if end < pages.count() {
                return Err(draft);
            }
        }
        let Draft { run, range, rights } = draft;
        Ok(Segment { run, range, rights })
    }

    /// Gives the pages of a segment back that is not completed.
    ///
    /// # Errors
    /// The draft, when there is more to do.
    pub fn discard(&mut self, draft: Draft) -> Result<(), Draft> {
        if self.unseal(draft.run.pages()) {
            self.memory.give_pages_back(draft.run);
            Ok(())
        } else {
            Err(draft)
        }
    }

    /// Gives the pages of a segment back that no domain has mapped any more.
    ///
    /// # Errors
    /// The segment, when one has, or there is more to do.
    pub fn free(&mut self, segment: Segment) -> Result<(), Segment> {
        if self.domains(&segment) == 0 && self.unseal(segment.run.pages()) {
            self.memory.give_pages_back(segment.run);
            Ok(())
        } else {
            Err(segment)
        }
    }

    /// Maps a segment into a domain, which sees it when this is finished.
    ///
    /// # Errors
    /// [`MemoryError::Unfinished`]. [`MemoryError::Attached`] when the domain has
    /// it, has something else there, or another domain has it and it can be
    /// written; [`MemoryError::BadDomain`]. What steps before have mapped stays
    /// until it is [unmapped](Self::unmap); the first one changes nothing then.
    pub fn map(&mut self, id: DomainId, segment: &Segment) -> Result<(), MemoryError> {
        self.memory.domain(id)?;
        let count = segment.range.pages();
        let from = self.mapped(id, segment);
        let end = count.min(from + PAGES_AT_ONCE);
        let elsewhere = self.domains(segment) > usize::from(from > 0);
        let taken = (from..count).any(|page| self.entry(id, segment, page) != Some(ABSENT));
        if from == count || taken || elsewhere && !segment.rights.shared() {
            return Err(MemoryError::Attached);
        }
        for page in from..end {
            self.put(id, segment, page, word(segment, page));
        }
        self.port.shoot_down();
        if end < count {
            return Err(MemoryError::Unfinished);
        }
        Ok(())
    }

    /// Takes a segment out of a domain, a part of it too. On return of `Ok` no
    /// core can reach it there.
    ///
    /// # Errors
    /// [`MemoryError::Unfinished`], [`MemoryError::NotAttached`],
    /// [`MemoryError::BadDomain`].
    pub fn unmap(&mut self, id: DomainId, segment: &Segment) -> Result<(), MemoryError> {
        self.memory.domain(id)?;
        let end = self.mapped(id, segment);
        if end == 0 {
            return Err(MemoryError::NotAttached);
        }
        let from = end.saturating_sub(PAGES_AT_ONCE);
        for page in (from..end).rev() {
            self.put(id, segment, page, ABSENT);
        }
        self.port.shoot_down();
        if from > 0 {
            return Err(MemoryError::Unfinished);
        }
        Ok(())
    }

    /// How many domains have some of a segment.
    #[must_use]
    pub fn domains(&self, segment: &Segment) -> usize {
        (0..MAX_DOMAINS)
            .filter_map(DomainId::new)
            .filter(|id| self.entry(*id, segment, 0) == Some(word(segment, 0)))
            .count()
    }

    /// How many pages of a segment a domain has.
    fn mapped(&self, id: DomainId, segment: &Segment) -> usize {
        first_pages(segment.range.pages(), |page| {
            self.entry(id, segment, page) == Some(word(segment, page))
        })
    }

    /// The word for a page of a segment in the page table of a domain.
    fn entry(&self, id: DomainId, segment: &Segment, page: usize) -> Option<Pte> {
        let (table, index) = self.place(id, segment, page)?;
        Some(Pte::from_word(self.port.read_entry(table, index)))
    }

    fn put(&mut self, id: DomainId, segment: &Segment, page: usize, entry: Pte) {
        if let Some((table, index)) = self.place(id, segment, page) {
            self.port.write_entry(table, index, entry.word());
        }
    }

    fn place(&self, id: DomainId, segment: &Segment, page: usize) -> Option<(u32, usize)> {
        let table = self.memory.page_table(id)?;
        let index = user_index(segment.range.va() + page as u32 * PAGE_SIZE)?;
        Some((table, index))
    }

    /// Has the kernel write some of the last pages again that it may not;
    /// whether these were all.
    fn unseal(&mut self, pages: Pages) -> bool {
        let end = self.sealed(pages);
        let from = end.saturating_sub(PAGES_AT_ONCE);
        if end > 0 {
            self.kernel_may(pages.part(from, end), KernelRights::ReadWrite);
        }
        from == 0
    }

    fn kernel_may(&mut self, pages: Pages, rights: KernelRights) {
        self.memory.set_kernel_rights(self.port, pages, rights);
        self.port.shoot_down();
    }

    /// How many pages the kernel may not write.
    fn sealed(&self, pages: Pages) -> usize {
        first_pages(pages.count(), |page| {
            let pa = pages.region().base + page as u32 * PAGE_SIZE;
            let mapping = self.memory.mapping(self.port, Space::Kernel, pa);
            mapping.is_some_and(|mapping| !mapping.rights.writable())
        })
    }
}

const ABSENT: Pte = Pte::ABSENT_DOMAIN;

/// The word that maps a page of a segment.
const fn word(segment: &Segment, page: usize) -> Pte {
    let pa = segment.run.address().get() + page as u32 * PAGE_SIZE;
    Pte::new(pa, Ring::Domain, segment.rights.rights())
}

/// How many of `count` pages are of a kind that the first ones are, and those
/// after them are not.
fn first_pages(count: usize, is_one: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = usize::midpoint(low, high);
        if is_one(middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}
