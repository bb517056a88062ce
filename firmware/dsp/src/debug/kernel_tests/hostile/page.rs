//! Pages that tests share with threads.

use core::ptr;
use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::memory::PAGE_SIZE;
use acelab_user::{Domain, Owned, Partition, SysError};

use super::super::sandbox::{kernel_view, uncached_user_view};

/// Words of a page.
pub const WORDS: usize = PAGE_SIZE as usize / 4;

/// A partition, and the kernel's view of it past the cache.
pub struct Page {
    partition: Owned<Partition>,
    user: u32,
    words: usize,
}

impl Page {
    /// So many zeroed pages that no domain maps.
    pub fn create(pages: u32) -> Result<Self, SysError> {
        let (partition, user) = Partition::create(pages)?;
        Ok(Self {
            partition,
            user,
            words: pages as usize * WORDS,
        })
    }

    /// As [`create`](Self::create), mapped into `domain`.
    pub fn attached(pages: u32, domain: Domain, rights: u32) -> Result<Self, SysError> {
        let page = Self::create(pages)?;
        domain.attach(page.partition(), rights)?;
        Ok(page)
    }

    /// The partition.
    pub fn partition(&self) -> Partition {
        *self.partition
    }

    /// Where domains see it through the cache.
    pub fn user(&self) -> u32 {
        self.user
    }

    /// Where domains see it past the cache.
    pub fn user_uncached(&self) -> u32 {
        uncached_user_view(self.user)
    }

    /// Where the kernel sees it past the cache.
    pub fn kernel(&self) -> u32 {
        kernel_view(self.user)
    }

    /// Word `index`.
    pub fn word(&self, index: usize) -> &AtomicU32 {
        assert!(index < self.words, "outside of the page");
        let address = self.kernel() as usize + 4 * index;
        // SAFETY: a word of a partition that lives as long as `self`; the kernel
        // sees every page of the pool, and an atomic word may be written by
        // anybody.
        unsafe { &*ptr::with_exposed_provenance::<AtomicU32>(address) }
    }

    /// Reads word `index`.
    pub fn get(&self, index: usize) -> u32 {
        self.word(index).load(Ordering::Acquire)
    }

    /// Writes word `index`. Not while anybody may execute the page: it is
    /// read-only for the kernel, too, then.
    pub fn set(&self, index: usize, word: u32) {
        self.word(index).store(word, Ordering::Release);
    }

    /// A number that changes with any word.
    pub fn hash(&self) -> u32 {
        hash((0..self.words).map(|index| self.get(index)))
    }
}

/// FNV-1a over words.
pub fn hash(words: impl Iterator<Item = u32>) -> u32 {
    words.fold(0x811C_9DC5, |hash, word| {
        (hash ^ word).wrapping_mul(0x0100_0193)
    })
}
