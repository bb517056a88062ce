//! Limits of what a domain may take from the pool.

use super::Taker;
use super::error::MemoryError;

/// A count with a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    used: u16,
    limit: u16,
}

impl Quota {
    /// Nothing of `limit` used.
    #[must_use]
    pub const fn new(limit: u16) -> Self {
        Self { used: 0, limit }
    }

    /// How much is used.
    #[must_use]
    pub const fn used(self) -> u16 {
        self.used
    }

    /// Uses `amount` more. The limit is that of user code: what the firmware takes
    /// for a domain counts, but is not refused.
    ///
    /// # Errors
    /// [`MemoryError::Quota`] beyond the limit; nothing has changed then.
    pub fn charge(&mut self, amount: usize, taker: Taker) -> Result<(), MemoryError> {
        let left = match taker {
            Taker::User => self.limit.saturating_sub(self.used),
            Taker::Firmware => u16::MAX - self.used,
        };
        if amount > usize::from(left) {
            return Err(MemoryError::Quota);
        }
        self.used += amount as u16;
        Ok(())
    }

    /// Uses `amount` less: what was charged before.
    pub const fn release(&mut self, amount: usize) {
        debug_assert!(amount <= self.used as usize);
        self.used = self.used.saturating_sub(amount as u16);
    }
}

/// Pages that a new domain may use for its stacks, with their guard pages, and
/// its heap: the largest heap, and for as many threads as the kernel has at most
/// a stack of 8 KiB each.
pub(super) const DOMAIN_PAGES: u16 = 304;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_ends_at_its_limit() {
        let mut quota = Quota::new(3);
        for taker in [Taker::User, Taker::Firmware] {
            assert_eq!(quota.charge(usize::MAX, taker), Err(MemoryError::Quota));
        }
        assert_eq!(quota.charge(2, Taker::User), Ok(()));
        assert_eq!(quota.charge(2, Taker::User), Err(MemoryError::Quota));
        assert_eq!(quota.charge(1, Taker::User), Ok(()));
        assert_eq!(quota.charge(2, Taker::Firmware), Ok(()));
        assert_eq!(quota.charge(1, Taker::User), Err(MemoryError::Quota));
        quota.release(5);
        assert_eq!(quota.used(), 0);
    }
}
