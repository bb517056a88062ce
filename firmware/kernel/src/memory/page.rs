//! Pages of the pool.

use acelab_abi::memory::{PAGE_POOL, PAGE_SIZE, Region, USER_UNCACHED_DISTANCE};

use super::view::{Cached, Kernel, Uncached, User};

/// Pages of the pool.
pub const POOL_PAGES: usize = (PAGE_POOL.size / PAGE_SIZE) as usize;

/// Pages from the start of the pool that have an uncached view in the user
/// window.
pub const UNCACHED_PAGES: usize = (USER_UNCACHED_DISTANCE / PAGE_SIZE) as usize;

/// A page of the pool, by its number from the start of the pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Page(u16);

impl Page {
    /// The page with this number.
    #[must_use]
    pub const fn new(index: usize) -> Option<Self> {
        if index < POOL_PAGES {
            Some(Self(index as u16))
        } else {
            None
        }
    }

    /// The page that holds this physical address.
    #[must_use]
    pub const fn at(address: u32) -> Option<Self> {
        if PAGE_POOL.contains(address, 1) {
            Self::new(((address - PAGE_POOL.base) / PAGE_SIZE) as usize)
        } else {
            None
        }
    }

    /// Its number.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// Where the kernel sees it, cached.
    #[must_use]
    pub const fn address(self) -> Cached<Kernel> {
        Cached::of_page(self)
    }

    /// Where users see it, cached, when it is mapped for them.
    #[must_use]
    pub const fn user(self) -> Cached<User> {
        self.address().user()
    }

    /// Where users see it uncached; `None` for a page without such a view.
    #[must_use]
    pub const fn user_uncached(self) -> Option<Uncached<User>> {
        self.address().user_uncached()
    }
}

/// Adjacent pages, whoever owns them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pages {
    first: Page,
    count: u16,
}

impl Pages {
    /// The first page.
    #[must_use]
    pub const fn first(self) -> Page {
        self.first
    }

    /// How many pages.
    #[must_use]
    pub const fn count(self) -> usize {
        self.count as usize
    }

    /// The first page, and the others: at least one.
    pub(super) const fn split_first(self) -> (Self, Self) {
        (self.part(0, 1), self.part(1, self.count()))
    }

    /// Those from the one with number `from` among them up to `end`, at least one.
    pub(super) const fn part(self, from: usize, end: usize) -> Self {
        assert!(from < end && end <= self.count(), "not a part");
        Self {
            first: Page(self.first.0 + from as u16),
            count: (end - from) as u16,
        }
    }

    /// The memory.
    #[must_use]
    pub const fn region(self) -> Region {
        Region {
            base: self.first.address().get(),
            size: self.count as u32 * PAGE_SIZE,
        }
    }

    /// Whether all of them have an uncached view in the user window.
    #[must_use]
    pub const fn have_uncached_view(self) -> bool {
        self.first.index() + self.count() <= UNCACHED_PAGES
    }
}

impl IntoIterator for Pages {
    type Item = Page;
    type IntoIter = core::iter::Map<core::ops::Range<u16>, fn(u16) -> Page>;

    fn into_iter(self) -> Self::IntoIter {
        (self.first.0..self.first.0 + self.count).map(Page)
    }
}

/// Adjacent pages that the pool has given out. Who has the value owns the
/// pages: it cannot be copied, and only the pool makes and takes one, so no page
/// is given back twice.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "pages that are dropped are lost"]
pub struct PageRun(Pages);

impl PageRun {
    /// For the pool only, of pages it has just marked as taken; they lie in the
    /// pool.
    pub(super) const fn new(first: Page, count: usize) -> Self {
        assert!(count > 0 && count <= POOL_PAGES - first.index());
        Self(Pages {
            first,
            count: count as u16,
        })
    }

    /// The pages.
    #[must_use]
    pub const fn pages(&self) -> Pages {
        self.0
    }

    /// Where the kernel sees the first page, cached.
    #[must_use]
    pub const fn address(&self) -> Cached<Kernel> {
        self.0.first.address()
    }

    /// Bytes.
    #[must_use]
    pub const fn size(&self) -> u32 {
        self.0.count as u32 * PAGE_SIZE
    }
}
