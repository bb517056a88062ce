//! State that belongs to one core and is shared between its handlers and its
//! main code.

use core::cell::{Cell, UnsafeCell};

use acelab_abi::core_id::{CoreId, MAX_CORES};

use super::asm;
use super::interrupts::without_interrupts;

/// The executing core.
///
/// # Panics
/// When PRID names a core that no part has.
#[must_use]
pub fn current_core() -> CoreId {
    let number = asm::xt_core_number();
    u8::try_from(number)
        .ok()
        .and_then(CoreId::new)
        .expect("PRID is a core of the part")
}

/// One value, given out to one borrower at a time.
struct Guarded<T> {
    borrowed: Cell<bool>,
    value: UnsafeCell<T>,
}

impl<T> Guarded<T> {
    const fn new(value: T) -> Self {
        Self {
            borrowed: Cell::new(false),
            value: UnsafeCell::new(value),
        }
    }

    /// # Safety
    /// Only one core ever calls this, with its interrupts masked.
    ///
    /// # Panics
    /// When the value is borrowed already.
    unsafe fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        assert!(!self.borrowed.replace(true), "core state borrowed twice");
        // SAFETY: the caller excludes other cores and interrupt handlers, the
        // flag excludes a second borrow by the same code.
        let result = f(unsafe { &mut *self.value.get() });
        self.borrowed.set(false);
        result
    }
}

/// One `T` per core; each core reaches its own only, and only with interrupts
/// masked.
pub struct CoreLocal<T>([Guarded<T>; MAX_CORES]);

// SAFETY: a core reaches the element of its own number only, so that no two
// cores share a `T`; `T: Send` lets a core use what another one has created.
unsafe impl<T: Send> Sync for CoreLocal<T> {}

impl<T: Copy> CoreLocal<T> {
    /// The same value for every core to begin with.
    #[must_use]
    pub const fn new(value: T) -> Self {
        Self([
            Guarded::new(value),
            Guarded::new(value),
            Guarded::new(value),
            Guarded::new(value),
            Guarded::new(value),
        ])
    }
}

impl<T> CoreLocal<T> {
    /// Runs `f` on this core's value with interrupts masked. `f` must not come
    /// back to the same state.
    ///
    /// # Panics
    /// When `f` does come back.
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        without_interrupts(|| {
            let own = &self.0[current_core().index()];
            // SAFETY: interrupts are masked and the element is this core's own.
            unsafe { own.with(f) }
        })
    }
}

/// A `T` that core 0 alone may reach, and only with interrupts masked.
pub struct PrimaryOnly<T>(Guarded<T>);

// SAFETY: core 0 alone reaches the value, see `with`.
unsafe impl<T: Send> Sync for PrimaryOnly<T> {}

impl<T> PrimaryOnly<T> {
    /// The value.
    #[must_use]
    pub const fn new(value: T) -> Self {
        Self(Guarded::new(value))
    }

    /// Runs `f` on the value with interrupts masked. `f` must not come back to
    /// the same state.
    ///
    /// # Panics
    /// On a secondary core, and when `f` does come back.
    pub fn with<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        assert!(
            current_core().is_primary(),
            "state of core 0 used on another core"
        );
        // SAFETY: this is core 0, and interrupts are masked.
        without_interrupts(|| unsafe { self.0.with(f) })
    }
}
