//! The lock around the kernel.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::core_id::{CoreId, MAX_CORES};

use super::word::Word;

/// No core has the lock.
const NOBODY: u32 = u32::MAX;

/// A value that one core at a time may use. Cores that want it are served in
/// the order in which they asked, so that none can be kept out for ever by what
/// threads of another core do.
///
/// A core that asks has masked interrupts, and the value cannot leave the
/// closure it is lent to: the lock is never held across a switch.
///
/// The words come first, so that their addresses are near that of the lock.
#[repr(C)]
pub struct KernelLock<T, W = AtomicU32> {
    /// Number of the next core that asks.
    next: W,
    /// Number of the core whose turn it is.
    turn: W,
    /// Index of the core that has the lock, to tell when it asks again.
    holder: W,
    /// For each core, whether it has asked and is not done; written by itself.
    asking: [W; MAX_CORES],
    value: UnsafeCell<T>,
}

/// A core has lost its power in the midst of a change of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HalfDone;

// SAFETY: the value is reached through `with` only, which gives it to one core
// at a time; `T: Send` lets a core use what another one has used.
unsafe impl<T: Send, W: Word> Sync for KernelLock<T, W> {}

impl<T> KernelLock<T> {
    /// The lock, free, around `value`.
    #[must_use]
    pub const fn new(value: T) -> Self {
        Self {
            next: AtomicU32::new(0),
            turn: AtomicU32::new(0),
            holder: AtomicU32::new(NOBODY),
            asking: [const { AtomicU32::new(0) }; MAX_CORES],
            value: UnsafeCell::new(value),
        }
    }
}

impl<T, W: Word> KernelLock<T, W> {
    /// The lock over words of any kind.
    #[must_use]
    pub fn over(value: T) -> Self {
        Self {
            next: W::new(0),
            turn: W::new(0),
            holder: W::new(NOBODY),
            asking: core::array::from_fn(|_| W::new(0)),
            value: UnsafeCell::new(value),
        }
    }

    /// Waits for the value and runs `f` on it. The caller is `core` and has
    /// masked its interrupts.
    ///
    /// `relax` is called while the lock is another core's. It must answer
    /// requests to drop translations, because the other core may be waiting for
    /// just that answer.
    ///
    /// # Panics
    /// When `core` has the lock already.
    #[inline]
    pub fn with<R>(&self, core: CoreId, relax: impl FnMut(), f: impl FnOnce(&mut T) -> R) -> R {
        let held = self.take(core, relax);
        // SAFETY: `held` is this core's turn, during which no other core gets
        // here, and `take` has refused this core if it is here already.
        let result = f(unsafe { &mut *self.value.get() });
        drop(held);
        result
    }

    /// Runs `f` on the value if no core has it or waits for it; else answers
    /// `None` at once. For a few instructions: a core that waits meanwhile is not
    /// told who has it.
    #[inline(always)]
    pub fn try_with<R>(&self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let mine = self.turn.load(Ordering::Acquire);
        let next = mine.wrapping_add(1);
        // The turn never gets ahead: where they are equal the lock is free. What
        // the last core has done was seen with its turn.
        self.next
            .compare_exchange(mine, next, Ordering::Relaxed, Ordering::Relaxed)
            .ok()?;
        // SAFETY: it is this core's turn until the store below.
        let result = f(unsafe { &mut *self.value.get() });
        self.turn.store(next, Ordering::Release);
        Some(result)
    }

    /// Index of the core that has the lock; for the report of a failure, it may
    /// be over by the time it is read.
    #[must_use]
    pub fn holder(&self) -> Option<CoreId> {
        let index = u8::try_from(self.holder.load(Ordering::Relaxed)).ok()?;
        CoreId::new(index)
    }

    /// `dead` has lost its power, wherever it was: its turn, if it waited for
    /// one, is passed over, so that the other cores do not wait for it. It has
    /// been removed from the shoot-downs before. `relax` as for
    /// [`with`](Self::with); `now` is a clock. A turn is taken for that of the
    /// dead core when nobody takes it for `bound`, which must be longer than a
    /// core ever needs for that.
    ///
    /// # Errors
    /// When the core had the lock.
    pub fn abandon(
        &self,
        dead: CoreId,
        mut relax: impl FnMut(),
        mut now: impl FnMut() -> u64,
        bound: u64,
    ) -> Result<(), HalfDone> {
        if self.holder() == Some(dead) {
            return Err(HalfDone);
        }
        let end = self.next.load(Ordering::Acquire);
        if self.asking[dead.index()].swap(0, Ordering::AcqRel) == 0 {
            return Ok(());
        }
        let mut turn = self.turn.load(Ordering::Acquire);
        let mut since = now();
        while (end.wrapping_sub(turn) as i32) > 0 {
            let seen = self.turn.load(Ordering::Acquire);
            let held = self.holder.load(Ordering::Relaxed) != NOBODY;
            if seen != turn || held {
                turn = seen;
                since = now();
            } else if now().saturating_sub(since) > bound {
                let next = turn.wrapping_add(1);
                // Where somebody has taken it after all, it was not the one.
                let passed =
                    self.turn
                        .compare_exchange(turn, next, Ordering::AcqRel, Ordering::Acquire);
                if passed.is_ok() {
                    return Ok(());
                }
            }
            relax();
            W::pause();
        }
        Ok(())
    }

    fn take(&self, core: CoreId, mut relax: impl FnMut()) -> Held<'_, W> {
        let index = u32::from(core.get());
        // Only this core writes its own index.
        assert!(
            self.holder.load(Ordering::Relaxed) != index,
            "kernel lock taken twice"
        );
        let asking = &self.asking[core.index()];
        asking.store(1, Ordering::Relaxed);
        // Whoever knows of the number knows that the core asks.
        let mine = self.next.fetch_add(1, Ordering::Release);
        while self.turn.load(Ordering::Acquire) != mine {
            relax();
            W::pause();
        }
        self.holder.store(index, Ordering::Relaxed);
        Held {
            turn: &self.turn,
            holder: &self.holder,
            asking,
            mine,
        }
    }
}

/// A core's turn; it ends when this is dropped.
struct Held<'a, W: Word> {
    turn: &'a W,
    holder: &'a W,
    asking: &'a W,
    mine: u32,
}

impl<W: Word> Drop for Held<'_, W> {
    fn drop(&mut self) {
        self.holder.store(NOBODY, Ordering::Relaxed);
        self.turn
            .store(self.mine.wrapping_add(1), Ordering::Release);
        self.asking.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smp::explore;
    use loom::cell;
    use loom::sync::Arc;
    use loom::sync::atomic::AtomicU32 as LoomWord;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::vec::Vec;

    #[test]
    fn a_core_that_asks_again_is_told() {
        let lock = KernelLock::new(7);
        let core = CoreId::ALL[1];
        let again = || lock.with(core, || (), |_| lock.with(core, || (), |value| *value));
        let told = catch_unwind(AssertUnwindSafe(again)).unwrap_err();
        assert_eq!(
            told.downcast_ref::<&str>(),
            Some(&"kernel lock taken twice")
        );
        // Unwinding has given it back, and any core may have it.
        for core in CoreId::ALL {
            lock.with(core, || (), |value| *value += 1);
        }
        assert_eq!(lock.with(core, || (), |value| *value), 12);
        assert_eq!(lock.holder(), None);
    }

    #[test]
    fn the_turn_of_a_core_without_power_is_passed_over() {
        let lock = KernelLock::new(0);
        let [zero, dead, ..] = CoreId::ALL;
        let clock = || {
            let mut ticks = 0;
            move || {
                ticks += 1;
                ticks
            }
        };
        // It had not asked.
        assert_eq!(lock.abandon(dead, || (), clock(), 10), Ok(()));
        // It waited.
        lock.asking[dead.index()].store(1, Ordering::Relaxed);
        lock.next.fetch_add(1, Ordering::Relaxed);
        assert_eq!(lock.abandon(dead, || (), clock(), 10), Ok(()));
        assert_eq!(lock.with(zero, || (), |value| *value), 0);
        // It was about to ask.
        lock.asking[dead.index()].store(1, Ordering::Relaxed);
        assert_eq!(lock.abandon(dead, || (), clock(), 10), Ok(()));
        assert_eq!(lock.with(zero, || (), |value| *value), 0);
        // It had the lock.
        let result = lock.with(dead, || (), |_| lock.abandon(dead, || (), clock(), 10));
        assert_eq!(result, Err(HalfDone));
    }

    #[test]
    fn the_holder_is_named() {
        let lock = KernelLock::new(());
        let core = CoreId::ALL[3];
        assert_eq!(lock.with(core, || (), |()| lock.holder()), Some(core));
    }

    /// The watched cell reports two users that no order separates.
    type Watching = KernelLock<cell::UnsafeCell<u32>, LoomWord>;

    fn add(lock: &Watching, core: usize) {
        lock.with(
            CoreId::ALL[core],
            || (),
            // SAFETY: the cell checks its uses itself.
            |value| value.with_mut(|value| unsafe { *value += 1 }),
        );
    }

    /// Each core adds so often, in every order.
    fn add_on(cores: usize, rounds: usize, preemptions: usize) {
        explore(preemptions, move || {
            let lock = Arc::new(Watching::over(cell::UnsafeCell::new(0)));
            let others: Vec<_> = (1..cores)
                .map(|core| {
                    let lock = Arc::clone(&lock);
                    loom::thread::spawn(move || (0..rounds).for_each(|_| add(&lock, core)))
                })
                .collect();
            (0..rounds).for_each(|_| add(&lock, 0));
            for other in others {
                other.join().unwrap();
            }
            // SAFETY: as above.
            let sum = |value: &mut cell::UnsafeCell<u32>| value.with(|value| unsafe { *value });
            let sum = lock.with(CoreId::ALL[0], || (), sum);
            assert_eq!(sum as usize, cores * rounds);
        });
    }

    #[test]
    fn who_only_tries_gets_the_value_alone_or_not_at_all() {
        explore(3, || {
            let lock = Arc::new(Watching::over(cell::UnsafeCell::new(0)));
            // SAFETY: the cell checks its uses itself.
            let add_one =
                |value: &mut cell::UnsafeCell<u32>| value.with_mut(|value| unsafe { *value += 1 });
            let other = Arc::clone(&lock);
            let other = loom::thread::spawn(move || {
                let tries = [other.try_with(add_one), other.try_with(add_one)];
                tries.iter().flatten().count()
            });
            add(&lock, 0);
            let tried = other.join().unwrap();
            // SAFETY: as above.
            let sum = lock.try_with(|value| value.with(|value| unsafe { *value }));
            assert_eq!(sum.map(|sum| sum as usize), Some(1 + tried));
        });
    }

    #[test]
    fn one_of_two_cores_at_a_time() {
        add_on(2, 2, 3);
    }

    #[test]
    fn one_of_three_cores_at_a_time() {
        add_on(3, 1, 1);
    }
}
