//! A record of the manifest: words that are there.

use crate::format::Name;

/// Words of a record. A word beyond its end reads as zero; no accessor asks for
/// one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record<'a>(pub &'a [u32]);

impl<'a> Record<'a> {
    /// The word at this place.
    pub fn word(&self, place: usize) -> u32 {
        self.0.get(place).copied().unwrap_or(0)
    }

    /// Some words from this place.
    pub fn words<const N: usize>(&self, place: usize) -> [u32; N] {
        core::array::from_fn(|word| self.word(place + word))
    }

    /// The name in the two words at this place. One that is none reads as zeros;
    /// the checks have seen that there is none.
    pub fn name(&self, place: usize) -> Name {
        self.checked_name(place).unwrap_or(Name([0; 8]))
    }

    /// The name in the two words at this place, `None` when it is none.
    pub fn checked_name(&self, place: usize) -> Option<Name> {
        Name::from_words(self.words(place))
    }

    /// Record `index` of a table of records with `size` words each.
    pub fn record(&self, index: usize, size: usize) -> Option<Record<'a>> {
        let start = index.checked_mul(size)?;
        let end = start.checked_add(size)?;
        self.0.get(start..end).map(Record)
    }

    /// The table of `count` records with `size` words each from record `first` on.
    pub fn table(&self, first: usize, count: usize, size: usize) -> Option<Record<'a>> {
        let start = first.checked_mul(size)?;
        let end = start.checked_add(count.checked_mul(size)?)?;
        self.0.get(start..end).map(Record)
    }
}
