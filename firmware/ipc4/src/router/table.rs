//! A sorted table of a fixed size.

/// What a table is sorted by.
pub(super) trait Keyed: Copy {
    /// The key; no two entries of a table have the same.
    fn key(&self) -> u32;
}

/// At most `N` entries in ascending order of their keys.
pub(super) struct Table<T, const N: usize> {
    slots: [Option<T>; N],
    len: usize,
}

/// A table has no free slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Full;

impl<T: Keyed, const N: usize> Table<T, N> {
    /// An empty table.
    pub(super) const fn new() -> Self {
        Self {
            slots: [None; N],
            len: 0,
        }
    }

    /// The entries in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().take(self.len).flatten()
    }

    /// The entry with this key.
    pub(super) fn get(&self, key: u32) -> Option<&T> {
        let at = self.place(key).ok()?;
        self.slots[at].as_ref()
    }

    /// The entry with this key, to be changed in anything but its key.
    pub(super) fn get_mut(&mut self, key: u32) -> Option<&mut T> {
        let at = self.place(key).ok()?;
        self.slots[at].as_mut()
    }

    /// Adds an entry, or replaces the one with its key.
    pub(super) fn insert(&mut self, entry: T) -> Result<(), Full> {
        match self.place(entry.key()) {
            Ok(at) => self.slots[at] = Some(entry),
            Err(_) if self.len == N => return Err(Full),
            Err(at) => {
                self.slots.copy_within(at..self.len, at + 1);
                self.slots[at] = Some(entry);
                self.len += 1;
            }
        }
        Ok(())
    }

    /// Drops the entries that `keep` is false for.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&T) -> bool) {
        let mut kept = 0;
        for at in 0..self.len {
            if self.slots[at].as_ref().is_some_and(&mut keep) {
                self.slots.swap(kept, at);
                kept += 1;
            }
        }
        self.slots[kept..self.len].fill(None);
        self.len = kept;
    }

    fn place(&self, key: u32) -> Result<usize, usize> {
        self.slots[..self.len]
            .binary_search_by_key(&key, |slot| slot.as_ref().map_or(u32::MAX, Keyed::key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use std::vec::Vec;

    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    struct Entry(u32, u8);

    impl Keyed for Entry {
        fn key(&self) -> u32 {
            self.0
        }
    }

    proptest! {
        #[test]
        fn a_table_is_a_bounded_map(
            operations in prop::collection::vec((any::<bool>(), 0u32..12, any::<u8>()), 0..60),
        ) {
            let mut table = Table::<Entry, 8>::new();
            let mut model = BTreeMap::new();
            for (insert, key, value) in operations {
                if insert {
                    let fits = model.len() < 8 || model.contains_key(&key);
                    prop_assert_eq!(table.insert(Entry(key, value)).is_ok(), fits);
                    if fits {
                        model.insert(key, value);
                    }
                } else {
                    table.retain(|entry| entry.0 != key);
                    model.remove(&key);
                }
                let entries: Vec<_> = table.iter().map(|entry| (entry.0, entry.1)).collect();
                prop_assert_eq!(entries, model.iter().map(|(k, v)| (*k, *v)).collect::<Vec<_>>());
                prop_assert_eq!(table.get(key).map(|entry| entry.1), model.get(&key).copied());
            }
        }
    }
}
