//! Protection domains: a page table each, and what is attached to it.

use acelab_abi::memory::{PAGE_SIZE, Region, USER_WINDOW};

use super::page::{PageRun, Pages};
use super::quota::{DOMAIN_PAGES, Quota};
use super::rights::Rights;
use crate::ids::DomainId;

/// Partitions that can be attached to one domain at a time. Two views of one
/// partition count twice.
pub const MAX_ATTACHMENTS: usize = 32;

const FIRST_ASID: u32 = 16;

/// The address space identifier of a domain: of its pages in the TLB while it
/// is in the ring register. A domain that takes the place of another one takes
/// its identifier too, after the shoot-down that ends the other one.
#[must_use]
pub const fn asid(domain: DomainId) -> u32 {
    FIRST_ASID + domain.index() as u32
}

/// A partition in a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Attachment {
    pub(super) pages: Pages,
    pub(super) rights: Rights,
}

impl Attachment {
    /// Whether `other` is an attachment of the same partition.
    pub(super) const fn same_partition(&self, pages: Pages) -> bool {
        self.pages.first().index() == pages.first().index()
    }
}

/// One place in the table of domains.
#[derive(Debug)]
pub(super) struct Domain {
    /// The page of its page table, while there is a domain.
    pub(super) table: Option<PageRun>,
    pub(super) attachments: [Option<Attachment>; MAX_ATTACHMENTS],
    /// Stacks of its threads.
    pub(super) stacks: u16,
    /// Pages of its stacks and its heap.
    pub(super) quota: Quota,
}

impl Domain {
    pub(super) const fn none() -> Self {
        Self {
            table: None,
            attachments: [None; MAX_ATTACHMENTS],
            stacks: 0,
            quota: Quota::new(DOMAIN_PAGES),
        }
    }

    /// Where the kernel sees its page table, if there is a domain.
    pub(super) fn table(&self) -> Option<u32> {
        self.table.as_ref().map(|run| run.address().get())
    }

    /// What is attached to it.
    pub(super) fn attached(&self) -> impl Iterator<Item = &Attachment> {
        self.attachments.iter().flatten()
    }
}

/// The index of the word for `va` in the page table of a domain; `None` outside
/// the user window.
pub(super) const fn user_index(va: u32) -> Option<usize> {
    const WINDOW: Region = USER_WINDOW;
    if WINDOW.contains(va, 1) {
        Some(((va - WINDOW.base) / PAGE_SIZE) as usize)
    } else {
        None
    }
}
