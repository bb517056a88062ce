//! A page that a test shares with its threads.

use core::ptr;
use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::memory::PAGE_SIZE;
use acelab_user::{Duration, Object, SysError, now, sleep};

use super::check::{Failure, at_most, same};

/// Longest time that a thread may take to write a word.
const PATIENCE: Duration = Duration::from_millis(1000);
/// Words that a test uses as it likes.
const FREE: usize = 64;
/// Words of the trace.
const TRACE: usize = PAGE_SIZE as usize / 4 - FREE - 1;

/// A page of words, mapped past the cache by who uses it, so that it does not
/// matter which core that is.
#[repr(C)]
pub struct Board {
    words: [AtomicU32; FREE],
    len: AtomicU32,
    trace: [AtomicU32; TRACE],
}

const _: () = assert!(size_of::<Board>() == PAGE_SIZE as usize);

impl Board {
    /// The board at an address.
    ///
    /// # Safety
    /// A zeroed page of a sandbox is mapped there for the caller, past the
    /// cache, as long as the reference lives.
    pub unsafe fn at<'a>(address: u32) -> &'a Self {
        let board = ptr::with_exposed_provenance::<Self>(address as usize);
        // SAFETY: the caller's promise; the words are atomic, so others may
        // write them.
        unsafe { &*board }
    }

    /// Word `index`.
    pub fn get(&self, index: usize) -> u32 {
        self.words[index].load(Ordering::Acquire)
    }

    /// Sets word `index`.
    pub fn set(&self, index: usize, word: u32) {
        self.words[index].store(word, Ordering::Release);
    }

    /// Adds one to word `index`; what it was.
    pub fn count(&self, index: usize) -> u32 {
        self.words[index].fetch_add(1, Ordering::AcqRel)
    }

    /// The object whose handle is in word `index`.
    pub fn object<T: Object>(&self, index: usize) -> Result<T, Failure> {
        Ok(T::from_word(self.get(index)).ok_or(SysError::BadHandle)?)
    }

    /// Sleeps until word `index` is at least `least`.
    #[track_caller]
    pub fn wait_for(&self, index: usize, least: u32) -> Result<(), Failure> {
        let end = now() + PATIENCE;
        while self.get(index) < least {
            at_most(now().ticks(), end.ticks())?;
            sleep(Duration::from_micros(10))?;
        }
        Ok(())
    }

    /// Adds a tag to the trace. More than it holds are counted and lost.
    pub fn push(&self, tag: u32) {
        let index = self.len.fetch_add(1, Ordering::AcqRel) as usize;
        if let Some(slot) = self.trace.get(index) {
            slot.store(tag, Ordering::Release);
        }
    }

    /// The trace holds exactly these tags.
    #[track_caller]
    pub fn traced(&self, tags: &[u32]) -> Result<(), Failure> {
        for (index, tag) in tags.iter().enumerate() {
            // The place of the tag goes into the report as well.
            let at = (index as u64) << 32;
            let got = self.trace[index].load(Ordering::Acquire);
            same(at | u64::from(got), at | u64::from(*tag))?;
        }
        same(self.len.load(Ordering::Acquire), tags.len() as u32)
    }

    /// Empties the trace.
    pub fn clear_trace(&self) {
        self.len.store(0, Ordering::Release);
        for slot in &self.trace {
            slot.store(0, Ordering::Release);
        }
    }
}
