//! A word that several cores read and write.

use core::sync::atomic::{AtomicU32, Ordering};

/// An atomic word. The kernel uses [`AtomicU32`], its tests a word that knows
/// every order in which the accesses of several cores may be seen.
///
/// The methods are those of [`AtomicU32`] with the same names.
pub trait Word: Sync {
    /// A word with a value.
    fn new(value: u32) -> Self;
    /// See [`AtomicU32::load`].
    fn load(&self, order: Ordering) -> u32;
    /// See [`AtomicU32::store`].
    fn store(&self, value: u32, order: Ordering);
    /// See [`AtomicU32::swap`].
    fn swap(&self, value: u32, order: Ordering) -> u32;
    /// See [`AtomicU32::fetch_add`].
    fn fetch_add(&self, value: u32, order: Ordering) -> u32;
    /// See [`AtomicU32::fetch_or`].
    fn fetch_or(&self, value: u32, order: Ordering) -> u32;
    /// See [`AtomicU32::fetch_and`].
    fn fetch_and(&self, value: u32, order: Ordering) -> u32;
    /// See [`AtomicU32::compare_exchange`].
    fn compare_exchange(
        &self,
        current: u32,
        new: u32,
        success: Ordering,
        failure: Ordering,
    ) -> Result<u32, u32>;
    /// Called in each turn of a loop that waits for another core.
    fn pause();
}

/// Implements [`Word`] by the methods of an atomic type.
macro_rules! word {
    ($type:ty, $pause:expr) => {
        impl Word for $type {
            fn new(value: u32) -> Self {
                Self::new(value)
            }
            #[inline(always)]
            fn load(&self, order: Ordering) -> u32 {
                self.load(order)
            }
            #[inline(always)]
            fn store(&self, value: u32, order: Ordering) {
                self.store(value, order);
            }
            #[inline(always)]
            fn swap(&self, value: u32, order: Ordering) -> u32 {
                self.swap(value, order)
            }
            #[inline(always)]
            fn fetch_add(&self, value: u32, order: Ordering) -> u32 {
                self.fetch_add(value, order)
            }
            #[inline(always)]
            fn fetch_or(&self, value: u32, order: Ordering) -> u32 {
                self.fetch_or(value, order)
            }
            #[inline(always)]
            fn fetch_and(&self, value: u32, order: Ordering) -> u32 {
                self.fetch_and(value, order)
            }
            #[inline(always)]
            fn compare_exchange(
                &self,
                current: u32,
                new: u32,
                success: Ordering,
                failure: Ordering,
            ) -> Result<u32, u32> {
                self.compare_exchange(current, new, success, failure)
            }
            #[inline(always)]
            fn pause() {
                $pause
            }
        }
    };
}

word!(AtomicU32, core::hint::spin_loop());

#[cfg(test)]
word!(loom::sync::atomic::AtomicU32, loom::thread::yield_now());
