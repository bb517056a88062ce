//! The inbox: request payload in memory that the host can write at any time.

use core::sync::atomic::{AtomicU32, Ordering};

/// A bounded view of the inbox. A word is fetched each time it is asked for,
/// so a caller asks once and keeps the value.
#[derive(Clone, Copy)]
pub(crate) struct Inbox<'a> {
    words: &'a [AtomicU32],
}

impl<'a> Inbox<'a> {
    pub(crate) const fn new(words: &'a [AtomicU32]) -> Self {
        Self { words }
    }

    /// Size in bytes.
    pub(crate) fn bytes(self) -> u32 {
        u32::try_from(self.words.len()).map_or(u32::MAX, |words| words.saturating_mul(4))
    }

    /// The word at `index`, `None` behind the end.
    pub(crate) fn word(self, index: usize) -> Option<u32> {
        self.words
            .get(index)
            .map(|word| word.load(Ordering::Relaxed))
    }

    /// The first `bytes` bytes, `None` when the inbox is smaller.
    pub(crate) fn first(self, bytes: u32) -> Option<Self> {
        let words = self.words.get(..bytes.div_ceil(4) as usize)?;
        Some(Self { words })
    }
}
