//! The heap of the thread's domain.

use core::alloc::Layout;
use core::fmt;
use core::ops::{Deref, DerefMut};
use core::ptr::{self, NonNull};

use acelab_abi::account::HeapAccount;
use acelab_abi::syscall::Syscall;

use crate::raw::{call, values};
use crate::{Result, SysError};

/// Takes memory for `layout`; what it holds is not known. It stays taken until
/// [`free`].
pub fn alloc(layout: Layout) -> Result<NonNull<u8>> {
    let size = u32::try_from(layout.size()).map_err(|_| SysError::NoMemory)?;
    let align = u32::try_from(layout.align()).map_err(|_| SysError::NoMemory)?;
    let (address, _) = values!(HeapAlloc, size, align)?;
    NonNull::new(ptr::with_exposed_provenance_mut(address as usize)).ok_or(SysError::NoMemory)
}

/// Gives memory back.
///
/// # Safety
/// `memory` came from [`alloc`] and nobody uses it any more.
pub unsafe fn free(memory: NonNull<u8>) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe { call(Syscall::HeapFree, [memory.as_ptr().expose_provenance()]) }.map(drop)
}

/// The heap's account.
pub fn account() -> Result<HeapAccount> {
    let mut words = [0_u32; HeapAccount::WORDS];
    // SAFETY: the kernel writes the array.
    unsafe { call(Syscall::HeapStats, [words.as_mut_ptr().expose_provenance()]) }?;
    Ok(HeapAccount::from_words(words))
}

/// A value on the heap.
pub struct HeapBox<T>(NonNull<T>);

// SAFETY: it owns its value as a variable would; the memory belongs to the
// domain, not to a thread.
unsafe impl<T: Send> Send for HeapBox<T> {}
// SAFETY: as above.
unsafe impl<T: Sync> Sync for HeapBox<T> {}

impl<T> HeapBox<T> {
    /// Moves `value` to the heap.
    pub fn new(value: T) -> Result<Self> {
        let memory = alloc(Layout::new::<T>())?.cast::<T>();
        // SAFETY: the memory is new, large enough and aligned for `T`.
        unsafe { memory.write(value) };
        Ok(Self(memory))
    }
}

impl<T> Deref for HeapBox<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: it holds a value from `new` until it is dropped.
        unsafe { self.0.as_ref() }
    }
}

impl<T> DerefMut for HeapBox<T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above, and `self` is borrowed alone.
        unsafe { self.0.as_mut() }
    }
}

impl<T> Drop for HeapBox<T> {
    fn drop(&mut self) {
        // SAFETY: the value is dropped here and used nowhere after.
        unsafe { self.0.drop_in_place() };
        // SAFETY: the memory came from `alloc`. It cannot fail but by a bug of
        // the kernel, and then there is nobody to tell.
        let _ = unsafe { free(self.0.cast()) };
    }
}

impl<T: fmt::Debug> fmt::Debug for HeapBox<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
