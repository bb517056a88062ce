//! The heap of the thread's domain.

use core::alloc::Layout;
use core::fmt;
use core::ops::{Deref, DerefMut};
use core::ptr::{self, NonNull};

use acelab_abi::account::HeapAccount;
use acelab_abi::syscall::Syscall;

use crate::raw::{call, values};
use crate::{Result, SysError};

mod uncached;

pub use uncached::DmaBuffer;

/// Takes memory for `layout`; what it holds is not known. It stays taken until
/// [`free`].
pub fn alloc(layout: Layout) -> Result<NonNull<u8>> {
    // The kernel gives out no block without bytes.
    let size = u32::try_from(layout.size().max(1)).map_err(|_| SysError::NoMemory)?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::fake;
    use std::cell::Cell;
    use std::rc::Rc;

    /// A kernel that gives out numbers for blocks, since addresses of the host
    /// do not fit into a3, and counts what is out.
    fn kernel() -> Rc<Cell<i32>> {
        let out = Rc::new(Cell::new(0));
        let count = Rc::clone(&out);
        let mut layouts = std::collections::BTreeMap::new();
        fake::install(move |call, args| match call {
            Syscall::HeapAlloc if args[0] == 0 => Err(SysError::InvalidValue),
            Syscall::HeapAlloc if args[0] > 1000 => Err(SysError::NoMemory),
            Syscall::HeapAlloc => {
                count.set(count.get() + 1);
                let number = 64 * u32::try_from(layouts.len() + 1).expect("few blocks");
                layouts.insert(number, args);
                Ok((number, 0))
            }
            Syscall::HeapFree => {
                let number = u32::try_from(args[0]).expect("a block of this kernel");
                layouts.remove(&number).ok_or(SysError::InvalidValue)?;
                count.set(count.get() - 1);
                Ok((0, 0))
            }
            other => panic!("{other:?}"),
        });
        out
    }

    #[test]
    fn what_is_taken_is_given_back_once() {
        let out = kernel();
        let layout = Layout::new::<[u32; 4]>();
        let block = alloc(layout).expect("room");
        assert_eq!((block.as_ptr().addr(), out.get()), (64, 1));
        // SAFETY: the block is not used.
        unsafe { free(block) }.expect("it is a block");
        assert_eq!(out.get(), 0);
        // SAFETY: the fake kernel refuses it.
        assert_eq!(unsafe { free(block) }, Err(SysError::InvalidValue));
        let large = Layout::from_size_align(2000, 4).expect("a layout");
        assert_eq!(alloc(large), Err(SysError::NoMemory));
    }

    #[test]
    fn a_box_of_nothing_drops_its_value_and_its_block() {
        struct Noted;
        std::thread_local! {
            static DROPS: Cell<u32> = const { Cell::new(0) };
        }
        impl Drop for Noted {
            fn drop(&mut self) {
                DROPS.with(|drops| drops.set(drops.get() + 1));
            }
        }
        let out = kernel();
        // A value without bytes is all that a numbered block can hold.
        let boxed = HeapBox::new(Noted).expect("room");
        assert_eq!((out.get(), DROPS.with(Cell::get)), (1, 0));
        drop(boxed);
        assert_eq!((out.get(), DROPS.with(Cell::get)), (0, 1));
    }
}
