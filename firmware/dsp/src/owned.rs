//! Values too big for a stack that belong to one thread.

use core::cell::UnsafeCell;
use core::sync::atomic::{AtomicBool, Ordering};

/// A static value that one thread takes for ever.
pub struct Owned<T> {
    taken: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: the value is given out once, so that one thread alone reaches it.
unsafe impl<T: Send> Sync for Owned<T> {}

impl<T> Owned<T> {
    /// The value, not taken yet.
    pub const fn new(value: T) -> Self {
        Self {
            taken: AtomicBool::new(false),
            value: UnsafeCell::new(value),
        }
    }

    /// Takes the value.
    ///
    /// # Panics
    /// When it is taken already.
    #[allow(clippy::mut_from_ref, reason = "given out once")]
    pub fn take(&'static self) -> &'static mut T {
        assert!(
            !self.taken.swap(true, Ordering::AcqRel),
            "value taken twice"
        );
        // SAFETY: the flag lets this line be reached once.
        unsafe { &mut *self.value.get() }
    }
}
