//! The pool that all memory beside the kernel's own comes from.

use super::error::MemoryError;
use super::page::{POOL_PAGES, Page, PageRun, UNCACHED_PAGES};

const WORD_BITS: usize = 32;

/// Which pages of the pool a request prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Placement {
    /// The lowest run: what may want an uncached view.
    Low,
    /// The lowest run, if all of it has an uncached view; otherwise none.
    UncachedCapable,
    /// The highest run: what needs no uncached view, and leaves those pages to
    /// others.
    High,
}

/// Which pages are given out.
#[derive(Debug)]
pub struct PagePool {
    /// A bit per page.
    taken: [u32; POOL_PAGES / WORD_BITS],
    /// Free pages that hold nothing but zeros.
    clean: [u32; POOL_PAGES / WORD_BITS],
    in_use: u16,
    high_water: u16,
}

impl PagePool {
    /// A pool of which nothing is given out.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            taken: [0; POOL_PAGES / WORD_BITS],
            clean: [0; POOL_PAGES / WORD_BITS],
            in_use: 0,
            high_water: 0,
        }
    }

    /// Pages given out.
    #[must_use]
    pub const fn in_use(&self) -> u32 {
        self.in_use as u32
    }

    /// Most pages that were given out at once.
    #[must_use]
    pub const fn high_water(&self) -> u32 {
        self.high_water as u32
    }

    /// Whether a page is given out.
    #[must_use]
    pub const fn is_taken(&self, page: Page) -> bool {
        self.taken[page.index() / WORD_BITS] >> (page.index() % WORD_BITS) & 1 != 0
    }

    /// Takes `pages` adjacent pages; `None` when no such run is free, and for
    /// zero pages. Their contents are what they were.
    pub fn take(&mut self, pages: usize, placement: Placement) -> Option<PageRun> {
        let run = PageRun::new(self.find(pages, placement)?, pages);
        self.mark(&run, true);
        self.in_use += pages as u16;
        self.high_water = self.high_water.max(self.in_use);
        Some(run)
    }

    /// Takes `pages` adjacent pages that hold nothing but zeros. Those that do
    /// not, `zero` fills: at most `most` of them in one call, which says
    /// [`MemoryError::Unfinished`] then, and the next call goes on.
    ///
    /// # Errors
    /// [`MemoryError::NoPages`] when no such run is free, and for zero pages.
    pub fn take_zeroed(
        &mut self,
        pages: usize,
        placement: Placement,
        most: usize,
        mut zero: impl FnMut(Page),
    ) -> Result<PageRun, MemoryError> {
        let first = self.find(pages, placement).ok_or(MemoryError::NoPages)?;
        let mut zeroed = 0;
        for page in (first.index()..first.index() + pages).filter_map(Page::new) {
            if self.is_clean(page) {
                continue;
            }
            if zeroed == most {
                return Err(MemoryError::Unfinished);
            }
            zero(page);
            self.clean[page.index() / WORD_BITS] |= 1 << (page.index() % WORD_BITS);
            zeroed += 1;
        }
        self.take(pages, placement).ok_or(MemoryError::NoPages)
    }

    /// Where a run of free pages starts.
    fn find(&self, pages: usize, placement: Placement) -> Option<Page> {
        if pages == 0 {
            return None;
        }
        match placement {
            Placement::Low => self.lowest(pages, POOL_PAGES),
            Placement::UncachedCapable => self.lowest(pages, UNCACHED_PAGES),
            Placement::High => self.highest(pages),
        }
    }

    const fn is_clean(&self, page: Page) -> bool {
        self.clean[page.index() / WORD_BITS] >> (page.index() % WORD_BITS) & 1 != 0
    }

    /// Takes pages back.
    pub fn give_back(&mut self, run: PageRun) {
        self.mark(&run, false);
        self.in_use -= run.pages().count() as u16;
    }

    fn mark(&mut self, run: &PageRun, taken: bool) {
        for page in run.pages() {
            debug_assert!(self.is_taken(page) != taken);
            let bit = 1 << (page.index() % WORD_BITS);
            let word = &mut self.taken[page.index() / WORD_BITS];
            *word = if taken { *word | bit } else { *word & !bit };
            // Whoever has it writes to it.
            self.clean[page.index() / WORD_BITS] &= !bit;
        }
    }

    fn free_at(&self, index: usize) -> bool {
        self.taken[index / WORD_BITS] >> (index % WORD_BITS) & 1 == 0
    }

    fn lowest(&self, pages: usize, end: usize) -> Option<Page> {
        let mut free = 0;
        for index in 0..end {
            free = if self.free_at(index) { free + 1 } else { 0 };
            if free == pages {
                return Page::new(index + 1 - pages);
            }
        }
        None
    }

    fn highest(&self, pages: usize) -> Option<Page> {
        let mut free = 0;
        for index in (0..POOL_PAGES).rev() {
            free = if self.free_at(index) { free + 1 } else { 0 };
            if free == pages {
                return Page::new(index);
            }
        }
        None
    }
}

impl Default for PagePool {
    fn default() -> Self {
        Self::new()
    }
}
