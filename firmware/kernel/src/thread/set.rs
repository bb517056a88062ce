//! Sets of threads.

use crate::ids::{MAX_THREADS, ThreadId};
use crate::lowest_bit::lowest_bit;

const WORDS: usize = MAX_THREADS.div_ceil(32);

/// A set of threads, one bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ThreadSet([u32; WORDS]);

impl ThreadSet {
    /// No thread.
    pub const EMPTY: Self = Self([0; WORDS]);

    /// Only this thread.
    #[must_use]
    pub fn of(thread: ThreadId) -> Self {
        let mut set = Self::EMPTY;
        set.insert(thread);
        set
    }

    /// Puts a thread in.
    pub const fn insert(&mut self, thread: ThreadId) {
        let index = thread.index();
        self.0[index / 32] |= 1 << (index % 32);
    }

    /// Takes a thread out.
    pub const fn remove(&mut self, thread: ThreadId) {
        let index = thread.index();
        self.0[index / 32] &= !(1 << (index % 32));
    }

    /// Whether the thread is in it.
    #[must_use]
    pub const fn contains(self, thread: ThreadId) -> bool {
        let index = thread.index();
        self.0[index / 32] & 1 << (index % 32) != 0
    }

    /// Whether nobody is in it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == [0; WORDS]
    }

    /// The bits.
    #[must_use]
    pub const fn words(self) -> [u32; WORDS] {
        self.0
    }
}

impl Iterator for ThreadSet {
    type Item = ThreadId;

    #[inline(always)]
    fn next(&mut self) -> Option<ThreadId> {
        for (index, word) in self.0.iter_mut().enumerate() {
            if *word != 0 {
                let bit = lowest_bit(*word);
                *word &= *word - 1;
                return ThreadId::new(32 * index + bit);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn behaves_like_a_set(steps in prop::collection::vec((0..MAX_THREADS, any::<bool>()), 0..60)) {
            let mut set = ThreadSet::EMPTY;
            let mut model = BTreeSet::new();
            for (index, insert) in steps {
                let thread = ThreadId::new(index).unwrap();
                if insert {
                    set.insert(thread);
                    model.insert(thread);
                } else {
                    set.remove(thread);
                    model.remove(&thread);
                }
                prop_assert_eq!(set.contains(thread), insert);
                prop_assert!(set.eq(model.iter().copied()));
                prop_assert_eq!(set.is_empty(), model.is_empty());
            }
        }
    }
}
