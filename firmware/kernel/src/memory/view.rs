//! Addresses that say through which view they see memory, and whose they are.
//!
//! The caches of the cores know nothing of each other: the same bytes read
//! through the cached and the uncached view may differ. An address of one view
//! is therefore of another type than one of the other, and the conversions that
//! exist are those that the address map has.

use core::marker::PhantomData;

use acelab_abi::memory::{
    PAGE_POOL, PAGE_SIZE, USER_DISTANCE, USER_UNCACHED_DISTANCE, to_uncached,
};

use super::page::Page;

/// Addresses as ring 0 uses them: physical ones, or their uncached alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kernel {}

/// Addresses in the user window, the same in every domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum User {}

/// An address of pool memory through the data cache, for the space `S`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cached<S>(u32, PhantomData<S>);

/// An address of pool memory past the data cache, for the space `S`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uncached<S>(u32, PhantomData<S>);

impl<S> Cached<S> {
    /// The bare address.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl<S> Uncached<S> {
    /// The bare address.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl Cached<Kernel> {
    /// The first byte of a page.
    pub(super) const fn of_page(page: Page) -> Self {
        Self(
            PAGE_POOL.base + page.index() as u32 * PAGE_SIZE,
            PhantomData,
        )
    }

    /// The same byte past the cache. Who changes views writes back or
    /// invalidates the cache in between.
    #[must_use]
    pub const fn uncached(self) -> Uncached<Kernel> {
        Uncached(to_uncached(self.0), PhantomData)
    }

    /// The same byte as users see it, when it is mapped for them.
    #[must_use]
    pub const fn user(self) -> Cached<User> {
        Cached(self.0 - USER_DISTANCE, PhantomData)
    }

    /// The same byte as users see it past the cache; `None` beyond the part of
    /// the pool that has such a view.
    #[must_use]
    pub const fn user_uncached(self) -> Option<Uncached<User>> {
        if self.0 - PAGE_POOL.base < USER_UNCACHED_DISTANCE {
            Some(Uncached(
                self.0 - USER_DISTANCE - USER_UNCACHED_DISTANCE,
                PhantomData,
            ))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use acelab_abi::memory::{USER_WINDOW, is_uncached};

    use super::super::page::{POOL_PAGES, UNCACHED_PAGES};
    use super::*;

    #[test]
    fn the_views_of_all_pages_lie_apart_in_the_user_window() {
        let mut seen = std::collections::BTreeSet::new();
        for index in 0..POOL_PAGES {
            let page = Page::new(index).unwrap();
            assert!(is_uncached(page.address().uncached().get()));
            assert_eq!(Page::at(page.address().get() + PAGE_SIZE - 1), Some(page));
            let uncached = page.user_uncached().map(Uncached::get);
            assert_eq!(uncached.is_some(), index < UNCACHED_PAGES);
            for address in [Some(page.user().get()), uncached].into_iter().flatten() {
                assert!(USER_WINDOW.contains(address, PAGE_SIZE));
                assert!(seen.insert(address));
            }
        }
        assert_eq!(Page::new(POOL_PAGES), None);
        assert_eq!(Page::at(PAGE_POOL.end()), None);
    }
}
