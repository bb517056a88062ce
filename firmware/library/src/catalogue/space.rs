//! Ranges of pages, first fit.

/// Some pages in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRange {
    /// The first one.
    pub start: u32,
    /// How many.
    pub pages: u32,
}

impl PageRange {
    /// The page behind the last one.
    #[must_use]
    pub const fn end(self) -> u32 {
        self.start.saturating_add(self.pages)
    }

    /// Whether they have a page in common.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end() && other.start < self.end()
    }
}

/// The first `pages` pages of `space` that none of `taken` has.
pub(super) fn first_fit(
    space: PageRange,
    pages: u32,
    taken: impl Iterator<Item = PageRange> + Clone,
) -> Option<PageRange> {
    let mut start = space.start;
    loop {
        let range = PageRange { start, pages };
        if start.checked_add(pages)? > space.end() {
            return None;
        }
        let obstacle = taken.clone().find(|other| other.overlaps(range));
        match obstacle {
            None => return Some(range),
            Some(other) => start = other.end(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_the_first_free_range(
            taken in proptest::collection::vec((0u32..40, 1u32..6), 0..8),
            pages in 1u32..8,
        ) {
            let taken: Vec<_> = taken
                .into_iter()
                .map(|(start, pages)| PageRange { start, pages })
                .collect();
            let space = PageRange { start: 1, pages: 39 };
            let free = |page| taken.iter().all(|range| !(range.start..range.end()).contains(&page));
            let naive = (1..=40 - pages).find(|start| (*start..start + pages).all(free));
            let found = first_fit(space, pages, taken.iter().copied());
            prop_assert_eq!(found.map(|range| range.start), naive);
        }
    }
}
