//! The pool that all memory beside the kernel's own comes from.

use super::bits::Bits;
use super::error::MemoryError;
use super::page::{POOL_PAGES, Page, PageRun, UNCACHED_PAGES};
use crate::ids::{RESERVED_STACK_PAGES, RESERVED_UNCACHED_PAGES};

const WORDS: usize = POOL_PAGES / u32::BITS as usize;

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

/// Whom pages are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Taker {
    /// The firmware itself: any page.
    Firmware,
    /// User code: none of those by which the firmware starts cores. They have
    /// their places, so that user code cannot break up the runs of them either.
    User,
}

/// The places of pages that user code does not get.
const KEPT: [(usize, usize); 2] = [
    (UNCACHED_PAGES - RESERVED_UNCACHED_PAGES, UNCACHED_PAGES),
    (POOL_PAGES - RESERVED_STACK_PAGES, POOL_PAGES),
];

/// Which pages are given out.
#[derive(Debug)]
pub struct PagePool {
    taken: Bits<WORDS>,
    /// Free pages that hold nothing but zeros.
    clean: Bits<WORDS>,
    in_use: u16,
    high_water: u16,
}

impl PagePool {
    /// A pool of which nothing is given out.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            taken: Bits::new(),
            clean: Bits::new(),
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
        self.taken.get(page.index())
    }

    /// Takes `pages` adjacent pages; `None` when no such run is free, and for
    /// zero pages. Their contents are what they were.
    pub fn take(&mut self, pages: usize, placement: Placement, taker: Taker) -> Option<PageRun> {
        let first = self.find(pages, placement, taker)?;
        self.take_at(first, pages)
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
        taker: Taker,
        most: usize,
        mut zero: impl FnMut(Page),
    ) -> Result<PageRun, MemoryError> {
        let first = self
            .find(pages, placement, taker)
            .ok_or(MemoryError::NoPages)?;
        let end = first + pages;
        let mut left = most;
        while let Some(page) = self.dirty(first, end) {
            left = left.checked_sub(1).ok_or(MemoryError::Unfinished)?;
            zero(page);
            self.clean.set(page.index());
        }
        self.take_at(first, pages).ok_or(MemoryError::NoPages)
    }

    /// Takes pages back.
    pub fn give_back(&mut self, run: PageRun) {
        let (first, count) = (run.pages().first().index(), run.pages().count());
        debug_assert_eq!(self.taken.next_clear(first, first + count), first + count);
        self.taken.clear_range(first, first + count);
        self.in_use -= count as u16;
    }

    /// Takes pages that are free.
    fn take_at(&mut self, first: usize, pages: usize) -> Option<PageRun> {
        let run = PageRun::new(Page::new(first)?, pages);
        self.taken.set_range(first, first + pages);
        // Whoever has them writes to them.
        self.clean.clear_range(first, first + pages);
        self.in_use += pages as u16;
        self.high_water = self.high_water.max(self.in_use);
        Some(run)
    }

    /// The first page of a range that is not known to hold nothing but zeros.
    fn dirty(&self, first: usize, end: usize) -> Option<Page> {
        match self.clean.next_clear(first, end) {
            index if index < end => Page::new(index),
            _ => None,
        }
    }

    /// Where a run of free pages starts.
    fn find(&self, pages: usize, placement: Placement, taker: Taker) -> Option<usize> {
        if pages == 0 {
            return None;
        }
        let mut taken = self.taken;
        if taker == Taker::User {
            for (first, end) in KEPT {
                taken.set_range(first, end);
            }
        }
        let end = match placement {
            Placement::Low => POOL_PAGES,
            Placement::UncachedCapable => UNCACHED_PAGES,
            Placement::High => return highest(&taken, pages),
        };
        taken.clear_run(0, pages, 1, end)
    }
}

fn highest(taken: &Bits<WORDS>, pages: usize) -> Option<usize> {
    let mut found = None;
    let mut end = 0;
    loop {
        let first = taken.next_clear(end, POOL_PAGES);
        if first == POOL_PAGES {
            return found;
        }
        end = taken.next_set(first, POOL_PAGES);
        if end - first >= pages {
            found = Some(end - pages);
        }
    }
}

impl Default for PagePool {
    fn default() -> Self {
        Self::new()
    }
}
