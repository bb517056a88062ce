//! What a thread finds at THREADPTR.

use crate::core_id::CoreId;
use crate::object::Handle;

/// The block at the top of a thread's stack whose address the kernel puts into
/// THREADPTR, so that a thread knows itself without a system call. The thread
/// may change it, as it may change THREADPTR; the kernel never reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadLocal {
    /// The thread's own handle.
    pub thread: Handle,
    /// The core it is pinned to.
    pub core: CoreId,
}

impl ThreadLocal {
    /// Words in memory.
    pub const WORDS: usize = 2;

    /// The words in order.
    #[must_use]
    pub const fn to_words(self) -> [u32; Self::WORDS] {
        [self.thread.word(), self.core.get() as u32]
    }

    /// From the words in order, if they are what the kernel writes.
    #[must_use]
    pub const fn from_words(words: [u32; Self::WORDS]) -> Option<Self> {
        let [thread, core] = words;
        if core > u8::MAX as u32 {
            return None;
        }
        match (Handle::from_word(thread), CoreId::new(core as u8)) {
            (Some(thread), Some(core)) => Some(Self { thread, core }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_back_and_others_do_not() {
        let local = ThreadLocal {
            thread: Handle::new(3, 7).expect("a generation"),
            core: CoreId::ALL[4],
        };
        assert_eq!(ThreadLocal::from_words(local.to_words()), Some(local));
        assert_eq!(ThreadLocal::from_words([3, 4]), None);
        assert_eq!(ThreadLocal::from_words([0x703, 5]), None);
        assert_eq!(ThreadLocal::from_words([0x703, 0x100]), None);
    }
}
