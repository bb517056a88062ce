//! The outbox: reply payload for the host.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::ipc4::Status;

/// Appends words; a payload that does not fit is refused as a whole.
pub(crate) struct Outbox<'a> {
    words: &'a [AtomicU32],
    used: usize,
}

impl<'a> Outbox<'a> {
    pub(crate) fn new(words: &'a [AtomicU32]) -> Self {
        Self { words, used: 0 }
    }

    /// Bytes written so far.
    pub(crate) fn bytes(&self) -> u32 {
        u32::try_from(self.used).map_or(u32::MAX, |words| words.saturating_mul(4))
    }

    /// Appends one word.
    pub(crate) fn push(&mut self, word: u32) -> Result<(), Status> {
        let slot = self.words.get(self.used).ok_or(Status::Failure)?;
        slot.store(word, Ordering::Relaxed);
        self.used += 1;
        Ok(())
    }

    /// Appends a {type, length, value} tuple.
    pub(crate) fn tlv(&mut self, kind: u32, value: &[u32]) -> Result<(), Status> {
        self.push(kind)?;
        self.push(u32::try_from(value.len() * 4).map_err(|_| Status::Failure)?)?;
        value.iter().try_for_each(|word| self.push(*word))
    }
}
