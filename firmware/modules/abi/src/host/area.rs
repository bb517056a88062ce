//! Memory that the code of a module can reach, and what is put there for one call.

use core::ptr::NonNull;

/// Everything is aligned to this.
const ALIGN: usize = 8;

/// A piece of memory that the firmware and a module's thread both reach.
#[derive(Debug)]
pub struct Area {
    start: NonNull<u8>,
    bytes: usize,
    used: usize,
}

// SAFETY: it is memory, wherever it is used from.
unsafe impl Send for Area {}

impl Area {
    /// The memory at `start`, aligned to 8 bytes.
    ///
    /// # Safety
    /// It is there as long as the area, and nothing else in the firmware uses it. The
    /// thread of the module may write anything there at any time.
    pub const unsafe fn new(start: NonNull<u8>, bytes: usize) -> Self {
        Self {
            start,
            bytes,
            used: 0,
        }
    }

    /// Forgets what is there.
    pub(super) const fn clear(&mut self) {
        self.used = 0;
    }

    /// Bytes that are free.
    pub(super) const fn free(&self) -> usize {
        self.bytes - self.used
    }

    /// Room for so many bytes; `None` if there is not so much.
    pub(super) fn take(&mut self, bytes: usize) -> Option<*mut u8> {
        let padded = bytes.checked_next_multiple_of(ALIGN)?;
        if padded > self.free() {
            return None;
        }
        let at = self.start.as_ptr().wrapping_add(self.used);
        self.used += padded;
        Some(at)
    }

    /// Puts a value there.
    pub(super) fn put<T: Copy>(&mut self, value: T) -> Option<*mut T> {
        self.put_all(&[value])
    }

    /// Puts values there.
    pub(super) fn put_all<T: Copy>(&mut self, values: &[T]) -> Option<*mut T> {
        const { assert!(align_of::<T>() <= ALIGN) };
        let place = self.take(size_of_val(values))?.cast::<T>();
        // SAFETY: `take` has found room for them, aligned.
        unsafe { place.copy_from_nonoverlapping(values.as_ptr(), values.len()) };
        Some(place)
    }
}
