//! Domains and partitions: created, attached, detached, gone.

use super::domain::{Attachment, Domain, user_index};
use super::page::{Page, Pages};
use super::partition::Partition;
use super::pte::Pte;
use super::quota::{DOMAIN_PAGES, Quota};
use super::rights::{Rights, Ring};
use super::{KernelRights, Memory, MemoryError, Placement, TABLE_WORDS, Taker};
use crate::ids::{DomainId, MAX_DOMAINS};
use crate::port::Port;

impl Memory {
    /// Creates a domain in which nothing is mapped.
    ///
    /// # Errors
    /// [`MemoryError::NoDomain`], [`MemoryError::NoPages`].
    pub fn create_domain(
        &mut self,
        port: &mut impl Port,
        taker: Taker,
    ) -> Result<DomainId, MemoryError> {
        let id = (0..MAX_DOMAINS)
            .find(|&index| self.domains[index].table.is_none())
            .and_then(DomainId::new)
            .ok_or(MemoryError::NoDomain)?;
        let table = self.pool.take(1, Placement::High, taker);
        let table = table.ok_or(MemoryError::NoPages)?;
        for index in 0..TABLE_WORDS {
            port.write_entry(table.address().get(), index, Pte::ABSENT_DOMAIN.word());
        }
        let domain = &mut self.domains[id.index()];
        domain.table = Some(table);
        domain.quota = Quota::new(DOMAIN_PAGES);
        Ok(id)
    }

    /// Ends a domain. Its partitions stay what they are, its heap is gone; on
    /// return no core holds anything of it.
    ///
    /// # Errors
    /// [`MemoryError::InUse`] while stacks of threads lie in it,
    /// [`MemoryError::BadDomain`].
    pub fn destroy_domain(
        &mut self,
        port: &mut impl Port,
        id: DomainId,
    ) -> Result<(), MemoryError> {
        if self.domain(id)?.stacks > 0 {
            return Err(MemoryError::InUse);
        }
        for slot in 0..self.domains[id.index()].attachments.len() {
            if let Some(attachment) = self.domains[id.index()].attachments[slot].take() {
                self.unmap(port, id, attachment.pages, attachment.rights);
                self.restore_kernel_rights(port, attachment);
            }
        }
        let heap = self.heaps[id.index()].destroy();
        let table = self.domains[id.index()].table.take();
        port.forget_domain(id);
        port.shoot_down();
        for run in [heap, table].into_iter().flatten() {
            self.give_pages_back(run);
        }
        Ok(())
    }

    /// Where the kernel sees the page table of a domain, for the switch to it.
    #[must_use]
    pub fn page_table(&self, id: DomainId) -> Option<u32> {
        self.domains[id.index()].table()
    }

    /// Pages that a domain may use for stacks and its heap, and how much of that
    /// it does; `None` when there is no such domain.
    pub fn quota(&mut self, id: DomainId) -> Option<&mut Quota> {
        let domain = &mut self.domains[id.index()];
        domain.table.as_ref()?;
        Some(&mut domain.quota)
    }

    /// Creates a partition of zeroed pages.
    ///
    /// # Errors
    /// [`MemoryError::Invalid`] for no pages, [`MemoryError::NoPages`].
    pub fn create_partition(
        &mut self,
        port: &mut impl Port,
        pages: usize,
        placement: Placement,
        taker: Taker,
    ) -> Result<Partition, MemoryError> {
        if pages == 0 {
            return Err(MemoryError::Invalid);
        }
        let run = self.take_pages(port, pages, placement, taker)?;
        Ok(Partition { run })
    }

    /// Ends a partition: detaches it wherever it is attached, and gives its
    /// pages back when no core can reach them any more.
    pub fn destroy_partition(&mut self, port: &mut impl Port, partition: Partition) {
        let pages = partition.run.pages();
        let mut found = false;
        for id in (0..MAX_DOMAINS).filter_map(DomainId::new) {
            found |= self.remove(port, id, pages);
        }
        if found {
            port.shoot_down();
        }
        self.give_pages_back(partition.run);
    }

    /// How often a partition is attached, each view counted.
    #[must_use]
    pub fn attachments(&self, partition: &Partition) -> usize {
        self.attachments_of(partition.run.pages()).count()
    }

    /// Maps a partition into a domain. A partition may be attached through both
    /// views at once.
    ///
    /// # Errors
    /// [`MemoryError::Attached`] when it is, through this view, with whatever
    /// rights; [`MemoryError::NoUncachedView`];
    /// [`MemoryError::WritableAndExecutable`] when anybody may write what
    /// somebody would execute; [`MemoryError::Quota`],
    /// [`MemoryError::BadDomain`]. Nothing has changed then.
    pub fn attach(
        &mut self,
        port: &mut impl Port,
        id: DomainId,
        partition: &Partition,
        rights: Rights,
    ) -> Result<(), MemoryError> {
        let pages = partition.run.pages();
        let domain = self.domain(id)?;
        if rights.uncached() && !pages.have_uncached_view() {
            return Err(MemoryError::NoUncachedView);
        }
        if domain.attached().any(|other| {
            other.same_partition(pages) && other.rights.uncached() == rights.uncached()
        }) {
            return Err(MemoryError::Attached);
        }
        if self.attachments_of(pages).any(|other| {
            rights.executable() && other.rights.writable()
                || rights.writable() && other.rights.executable()
        }) {
            return Err(MemoryError::WritableAndExecutable);
        }
        let slot = domain
            .attachments
            .iter()
            .position(Option::is_none)
            .ok_or(MemoryError::Quota)?;
        if rights.executable() {
            self.set_kernel_rights(port, pages, KernelRights::Read);
        }
        self.domains[id.index()].attachments[slot] = Some(Attachment { pages, rights });
        self.map(port, id, pages, rights);
        port.shoot_down();
        Ok(())
    }

    /// Unmaps a partition from a domain, through every view. On return no core
    /// can reach it there.
    ///
    /// # Errors
    /// [`MemoryError::NotAttached`], [`MemoryError::BadDomain`].
    pub fn detach(
        &mut self,
        port: &mut impl Port,
        id: DomainId,
        partition: &Partition,
    ) -> Result<(), MemoryError> {
        self.domain(id)?;
        if !self.remove(port, id, partition.run.pages()) {
            return Err(MemoryError::NotAttached);
        }
        port.shoot_down();
        Ok(())
    }

    /// Takes every view of a partition out of a domain; whether there was one.
    /// A shoot-down follows.
    fn remove(&mut self, port: &mut impl Port, id: DomainId, pages: Pages) -> bool {
        let mut found = false;
        for slot in 0..self.domains[id.index()].attachments.len() {
            let attachments = &mut self.domains[id.index()].attachments;
            let Some(attachment) =
                attachments[slot].take_if(|attachment| attachment.same_partition(pages))
            else {
                continue;
            };
            found = true;
            self.unmap(port, id, pages, attachment.rights);
            self.restore_kernel_rights(port, attachment);
        }
        found
    }

    /// Lets the kernel write the pages of an attachment that is gone again, if
    /// nobody executes them any more. A shoot-down follows.
    fn restore_kernel_rights(&self, port: &mut impl Port, gone: Attachment) {
        if gone.rights.executable()
            && !self
                .attachments_of(gone.pages)
                .any(|other| other.rights.executable())
        {
            self.set_kernel_rights(port, gone.pages, KernelRights::ReadWrite);
        }
    }

    fn attachments_of(&self, pages: Pages) -> impl Iterator<Item = &Attachment> {
        self.domains
            .iter()
            .flat_map(Domain::attached)
            .filter(move |attachment| attachment.same_partition(pages))
    }

    /// Writes the words for pages into the page table of a domain. A shoot-down
    /// follows.
    pub(super) fn map(&self, port: &mut impl Port, id: DomainId, pages: Pages, rights: Rights) {
        for page in pages {
            let entry = Pte::new(page.address().get(), Ring::Domain, rights);
            self.write_user_entry(port, id, page, rights.uncached(), entry);
        }
    }

    /// Takes pages out of the view that `rights` belong to. A shoot-down
    /// follows.
    pub(super) fn unmap(&self, port: &mut impl Port, id: DomainId, pages: Pages, rights: Rights) {
        for page in pages {
            self.write_user_entry(port, id, page, rights.uncached(), Pte::ABSENT_DOMAIN);
        }
    }

    fn write_user_entry(
        &self,
        port: &mut impl Port,
        id: DomainId,
        page: Page,
        uncached: bool,
        entry: Pte,
    ) {
        let va = if uncached {
            page.user_uncached().map(|address| address.get())
        } else {
            Some(page.user().get())
        };
        let place = self.page_table(id).zip(va.and_then(user_index));
        debug_assert!(place.is_some());
        if let Some((table, index)) = place {
            port.write_entry(table, index, entry.word());
        }
    }
}
