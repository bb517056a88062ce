//! A value that a mutex of its own protects.

use core::ops::Deref;

use crate::{Deadline, Guard, Locked, Mutex, Object, Owned, Result, Thread};

/// A value behind a mutex. The mutex is recursive, so that a thread may hold
/// several guards at once and each lends `&T` only: use `Cell` for what changes.
#[derive(Debug)]
pub struct Protected<T> {
    mutex: Owned<Mutex>,
    value: T,
}

// SAFETY: `value` is reached only through a guard, which one thread at a time
// can hold, by the promise of `Protected::new`; so a value that may move to
// another thread may be used there.
unsafe impl<T: Send> Sync for Protected<T> {}

impl<T> Protected<T> {
    /// Protects `value` with a new mutex.
    ///
    /// # Safety
    /// Handles are plain words that safe code can make up. The program makes
    /// none up that names this mutex: nobody else unlocks or closes it.
    pub unsafe fn new(value: T) -> Result<Self> {
        let mutex = Mutex::create()?;
        Ok(Self { mutex, value })
    }

    /// Lets `thread` lock it.
    pub fn grant(&self, thread: Thread) -> Result<()> {
        self.mutex.grant(thread)
    }

    /// Locks it, or waits for it.
    pub fn lock(&self, deadline: Deadline) -> Result<ProtectedGuard<'_, T>> {
        let guard = self.mutex.guard(deadline)?;
        Ok(ProtectedGuard {
            value: &self.value,
            guard,
        })
    }
}

/// The value of a [`Protected`] that this thread has locked.
#[derive(Debug)]
pub struct ProtectedGuard<'a, T> {
    value: &'a T,
    guard: Guard,
}

impl<T> ProtectedGuard<'_, T> {
    /// How the lock was got.
    #[must_use]
    pub const fn locked(&self) -> Locked {
        self.guard.locked()
    }
}

impl<T> Deref for ProtectedGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::fake;
    use acelab_abi::syscall::Syscall;
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    use std::vec::Vec;

    #[test]
    fn the_value_is_used_under_the_lock() {
        let calls = Rc::new(RefCell::new(Vec::new()));
        let seen = Rc::clone(&calls);
        fake::install(move |call, _| {
            seen.borrow_mut().push(call);
            Ok((0x101, 0))
        });
        // SAFETY: the handle is used nowhere else.
        let counter = unsafe { Protected::new(Cell::new(1)) }.expect("a mutex");
        {
            let outer = counter.lock(Deadline::FOREVER).expect("a lock");
            let inner = counter.lock(Deadline::FOREVER).expect("a second lock");
            inner.set(outer.get() + 1);
            assert_eq!(outer.get(), 2);
        }
        drop(counter);
        use Syscall::{MutexCreate, MutexLock, MutexUnlock, ObjectClose};
        assert_eq!(
            *calls.borrow(),
            [
                MutexCreate,
                MutexLock,
                MutexLock,
                MutexUnlock,
                MutexUnlock,
                ObjectClose
            ]
        );
    }
}
