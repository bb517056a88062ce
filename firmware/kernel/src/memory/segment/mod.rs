//! Pages of loadable modules: the segments of their images, in the module
//! window.
//!
//! A segment is taken as a [`Draft`], which the kernel thread that loads it
//! fills, is [sealed](Segments::seal), and only then [mapped](Segments::map). The
//! three states are three types, so nobody executes what somebody still writes.
//! Everything here is for ring 0; no system call leads here.
//!
//! What takes long is done in steps of [`PAGES_AT_ONCE`]: a call that answers
//! [`MemoryError::Unfinished`], or gives back what it was to consume, goes on
//! when it is made again. Where to go on is read from the page tables: the pages
//! that a step has done are the first of the segment. So nothing is half known
//! when a domain ends in between.

mod change;

use acelab_abi::memory::{MODULE_WINDOW, PAGE_SIZE};

use super::page::{PageRun, Pages};
use super::rights::Rights;
use super::view::{Cached, Kernel};

pub use change::{PAGES_AT_ONCE, Segments};

/// What threads of a domain may do with a segment, and the kernel no more than
/// they once it is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SegmentRights {
    /// Loads and fetches: text.
    ReadExecute,
    /// Loads: constants.
    Read,
    /// Loads and stores: the data of one domain.
    ReadWrite,
}

impl SegmentRights {
    /// Every value.
    pub const ALL: [Self; 3] = [Self::ReadExecute, Self::Read, Self::ReadWrite];

    /// As rights of a mapping.
    #[must_use]
    pub const fn rights(self) -> Rights {
        match self {
            Self::ReadExecute => Rights::ReadExecute,
            Self::Read => Rights::Read,
            Self::ReadWrite => Rights::ReadWrite,
        }
    }

    /// Whether several domains may have it: nobody can tell.
    #[must_use]
    pub const fn shared(self) -> bool {
        !matches!(self, Self::ReadWrite)
    }
}

/// Whole pages of the module window, at least one. Having one tells you that
/// they lie in the window, not that nothing is mapped there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ModuleRange {
    va: u32,
    pages: u16,
}

impl ModuleRange {
    /// `pages` pages from `va`; `None` when that is not the address of a page,
    /// or they do not all lie in the window.
    #[must_use]
    pub const fn new(va: u32, pages: usize) -> Option<Self> {
        const MOST: usize = (MODULE_WINDOW.size / PAGE_SIZE) as usize;
        if pages == 0 || pages > MOST || !va.is_multiple_of(PAGE_SIZE) {
            return None;
        }
        if !MODULE_WINDOW.contains(va, pages as u32 * PAGE_SIZE) {
            return None;
        }
        Some(Self {
            va,
            pages: pages as u16,
        })
    }

    /// The first address, the same in every domain.
    #[must_use]
    pub const fn va(self) -> u32 {
        self.va
    }

    /// How many pages.
    #[must_use]
    pub const fn pages(self) -> usize {
        self.pages as usize
    }

    /// Bytes.
    #[must_use]
    pub const fn size(self) -> u32 {
        self.pages as u32 * PAGE_SIZE
    }
}

/// Pages of a segment that nobody has mapped but the kernel, which fills them.
/// The value is the ownership: [`Segments::seal`] or [`Segments::discard`]
/// consumes it.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "pages that are dropped are lost"]
pub struct Draft {
    run: PageRun,
    range: ModuleRange,
    rights: SegmentRights,
}

impl Draft {
    /// Where the kernel fills it; all zeros at first.
    #[must_use]
    pub const fn kernel_address(&self) -> Cached<Kernel> {
        self.run.address()
    }

    /// Where it is going to be.
    #[must_use]
    pub const fn range(&self) -> ModuleRange {
        self.range
    }

    /// What it is going to be.
    #[must_use]
    pub const fn rights(&self) -> SegmentRights {
        self.rights
    }
}

/// A segment that is complete. The value is the ownership: [`Segments::free`]
/// consumes it.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "pages that are dropped are lost"]
pub struct Segment {
    run: PageRun,
    range: ModuleRange,
    rights: SegmentRights,
}

impl Segment {
    /// Where domains that have it see it.
    #[must_use]
    pub const fn range(&self) -> ModuleRange {
        self.range
    }

    /// What they may do with it.
    #[must_use]
    pub const fn rights(&self) -> SegmentRights {
        self.rights
    }

    /// Where the kernel sees it, with the same rights but to execute it.
    #[must_use]
    pub const fn kernel_address(&self) -> Cached<Kernel> {
        self.run.address()
    }

    /// The pages.
    #[must_use]
    pub const fn pages(&self) -> Pages {
        self.run.pages()
    }
}
