//! Mutexes.

use core::marker::PhantomData;

use crate::object::{created, object};
use crate::raw::values;
use crate::{Deadline, Object, ObjectKind, Owned, Result, SysError};

object! {
    /// A mutex: recursive, with priority inheritance.
    Mutex: Some(ObjectKind::Mutex)
}

/// How a mutex was got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locked {
    /// As usual.
    Normally,
    /// Its former owner has died with it; what it protects may be half done.
    OwnerDied,
}

impl Mutex {
    /// A mutex that nobody has.
    pub fn create() -> Result<Owned<Self>> {
        values!(MutexCreate).map(|(word, _)| created(word))
    }

    /// Locks the mutex, or waits for it. Each lock wants its own unlock.
    pub fn lock(self, deadline: Deadline) -> Result<Locked> {
        match values!(MutexLock, self.word(), deadline.low(), deadline.high()) {
            Ok(_) => Ok(Locked::Normally),
            Err(SysError::OwnerDied) => Ok(Locked::OwnerDied),
            Err(error) => Err(error),
        }
    }

    /// Unlocks the mutex once.
    pub fn unlock(self) -> Result<()> {
        values!(MutexUnlock, self.word()).map(drop)
    }

    /// Locks the mutex for a scope.
    pub fn guard(self, deadline: Deadline) -> Result<Guard> {
        let locked = self.lock(deadline)?;
        Ok(Guard {
            mutex: self,
            locked,
            of_this_thread: PhantomData,
        })
    }
}

/// A mutex that is locked by this thread and is unlocked at the end of the
/// scope.
#[derive(Debug)]
pub struct Guard {
    mutex: Mutex,
    locked: Locked,
    /// Only the thread that locked it may unlock it.
    of_this_thread: PhantomData<*const ()>,
}

impl Guard {
    /// How it was got.
    #[must_use]
    pub const fn locked(&self) -> Locked {
        self.locked
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // It may have been closed, or unlocked through its handle.
        let _ = self.mutex.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::fake;
    use acelab_abi::syscall::Syscall;
    use std::cell::Cell;
    use std::rc::Rc;

    #[test]
    fn a_guard_unlocks_and_tells_of_a_dead_owner() {
        let unlocked = Rc::new(Cell::new(0));
        let count = Rc::clone(&unlocked);
        fake::install(move |call, _| match call {
            Syscall::MutexLock => Err(SysError::OwnerDied),
            Syscall::MutexUnlock => {
                count.set(count.get() + 1);
                Ok((0, 0))
            }
            other => panic!("{other:?}"),
        });
        let mutex = Mutex::from_word(0x102).expect("a handle");
        let guard = mutex.guard(Deadline::FOREVER).expect("the mutex is locked");
        assert_eq!((guard.locked(), unlocked.get()), (Locked::OwnerDied, 0));
        drop(guard);
        assert_eq!(unlocked.get(), 1);
    }
}
