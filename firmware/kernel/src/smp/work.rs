//! Work that a core's handlers leave to its kernel thread.

use core::array;
use core::marker::PhantomData;
use core::sync::atomic::{AtomicU32, Ordering};

use super::word::Word;

/// Words of an item of work.
pub type Words = [u32; 4];

/// Something to be done later, that fits into a few words.
pub trait Item: Copy {
    /// As words.
    fn encode(self) -> Words;
    /// From what [`encode`](Item::encode) made.
    fn decode(words: Words) -> Self;
}

impl Item for Words {
    fn encode(self) -> Words {
        self
    }

    fn decode(words: Words) -> Self {
        words
    }
}

/// A queue of at most `N` items. The handlers of one core, which never
/// interrupt each other, put items in; the work thread of the same core takes
/// them out, at any time and without masking interrupts.
///
/// `N` is a power of two.
pub struct WorkQueue<I, const N: usize, W = AtomicU32> {
    slots: [[W; 4]; N],
    /// Items ever put in; written by handlers.
    put: W,
    /// Items ever taken out; written by the thread.
    taken: W,
    /// Items that found no room; written by handlers.
    lost: W,
    item: PhantomData<fn() -> I>,
}

impl<I: Item, const N: usize> WorkQueue<I, N> {
    /// An empty queue.
    #[must_use]
    pub const fn new() -> Self {
        const { assert!(N.is_power_of_two(), "a power of two") }
        Self {
            slots: [const { [const { AtomicU32::new(0) }; 4] }; N],
            put: AtomicU32::new(0),
            taken: AtomicU32::new(0),
            lost: AtomicU32::new(0),
            item: PhantomData,
        }
    }
}

impl<I: Item, const N: usize> Default for WorkQueue<I, N> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: Item, const N: usize, W: Word> WorkQueue<I, N, W> {
    /// An empty queue over words of any kind.
    #[must_use]
    pub fn over() -> Self {
        const { assert!(N.is_power_of_two(), "a power of two") }
        Self {
            slots: array::from_fn(|_| array::from_fn(|_| W::new(0))),
            put: W::new(0),
            taken: W::new(0),
            lost: W::new(0),
            item: PhantomData,
        }
    }

    /// Puts an item in. For handlers.
    ///
    /// # Errors
    /// The item when the queue is full; it is counted as lost.
    pub fn put(&self, item: I) -> Result<(), I> {
        let put = self.put.load(Ordering::Relaxed);
        let taken = self.taken.load(Ordering::Acquire);
        if put.wrapping_sub(taken) as usize >= N {
            let lost = self.lost.load(Ordering::Relaxed);
            self.lost.store(lost.saturating_add(1), Ordering::Relaxed);
            return Err(item);
        }
        for (slot, word) in self.slot(put).iter().zip(item.encode()) {
            slot.store(word, Ordering::Relaxed);
        }
        self.put.store(put.wrapping_add(1), Ordering::Release);
        Ok(())
    }

    /// Takes the oldest item out. For the work thread.
    pub fn take(&self) -> Option<I> {
        let taken = self.taken.load(Ordering::Relaxed);
        if self.put.load(Ordering::Acquire) == taken {
            return None;
        }
        let slot = self.slot(taken);
        let words = array::from_fn(|index| slot[index].load(Ordering::Relaxed));
        self.taken.store(taken.wrapping_add(1), Ordering::Release);
        Some(I::decode(words))
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.put.load(Ordering::Acquire) == self.taken.load(Ordering::Relaxed)
    }

    /// Items that found no room.
    #[must_use]
    pub fn lost(&self) -> u32 {
        self.lost.load(Ordering::Relaxed)
    }

    fn slot(&self, number: u32) -> &[W; 4] {
        &self.slots[number as usize % N]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smp::explore;
    use loom::sync::Arc;
    use std::vec::Vec;

    #[test]
    fn a_full_queue_gives_the_item_back_and_counts_it() {
        let queue = WorkQueue::<Words, 2>::new();
        assert!(queue.is_empty());
        assert_eq!(queue.put([1; 4]), Ok(()));
        assert_eq!(queue.put([2; 4]), Ok(()));
        assert_eq!(queue.put([3; 4]), Err([3; 4]));
        assert_eq!((queue.take(), queue.lost()), (Some([1; 4]), 1));
        assert_eq!(queue.put([4; 4]), Ok(()));
        assert_eq!([queue.take(), queue.take()], [Some([2; 4]), Some([4; 4])]);
        assert!(queue.take().is_none() && queue.is_empty());
    }

    #[test]
    fn items_come_out_whole_and_in_order() {
        explore(3, || {
            let queue = Arc::new(WorkQueue::<Words, 2, loom::sync::atomic::AtomicU32>::over());
            let thread = Arc::clone(&queue);
            let thread = loom::thread::spawn(move || {
                let mut taken: Vec<Words> = Vec::new();
                for _ in 0..3 {
                    taken.extend(thread.take());
                }
                taken
            });
            let put: Vec<Words> = (1..=3)
                .map(|number| [number; 4])
                .filter(|item| queue.put(*item).is_ok())
                .collect();
            let mut taken = thread.join().unwrap();
            taken.extend(core::iter::from_fn(|| queue.take()));
            assert_eq!(taken, put);
            assert_eq!(put.len() as u32 + queue.lost(), 3);
        });
    }
}
