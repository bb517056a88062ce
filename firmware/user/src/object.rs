//! What all kernel objects have in common.

use core::mem;
use core::ops::Deref;

use acelab_abi::object::{Handle, ObjectKind};

use crate::raw::values;
use crate::{Result, Thread};

/// A kernel object as a thread names it: a word that the kernel checks at each
/// use. Copies name the same object.
pub trait Object: Copy {
    /// Kind of the object; `None` when it may be of any.
    const KIND: Option<ObjectKind>;

    /// The object that `handle` names. Nothing is checked here.
    fn from_handle(handle: Handle) -> Self;

    /// Its name.
    fn handle(self) -> Handle;

    /// The object that a word names, as another thread passed it on; `None`
    /// for a word that names nothing.
    fn from_word(word: u32) -> Option<Self> {
        Handle::from_word(word).map(Self::from_handle)
    }

    /// The word to pass to another thread.
    fn word(self) -> u32 {
        self.handle().word()
    }

    /// The same object, whatever its kind.
    fn any(self) -> AnyObject {
        AnyObject::from_handle(self.handle())
    }

    /// Lets `thread` use the object.
    fn grant(self, thread: Thread) -> Result<()> {
        values!(ObjectGrant, thread.word(), self.word()).map(drop)
    }

    /// Takes that permission back.
    fn revoke(self, thread: Thread) -> Result<()> {
        values!(ObjectRevoke, thread.word(), self.word()).map(drop)
    }

    /// Closes the object, which belongs to the caller. Who waits for it is
    /// told so.
    fn close(self) -> Result<()> {
        values!(ObjectClose, self.word()).map(drop)
    }
}

macro_rules! object {
    ($(#[$meta:meta])* $name:ident: $kind:expr) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name($crate::Handle);

        impl $crate::Object for $name {
            const KIND: Option<$crate::ObjectKind> = $kind;

            fn from_handle(handle: $crate::Handle) -> Self {
                Self(handle)
            }

            fn handle(self) -> $crate::Handle {
                self.0
            }
        }
    };
}
pub(crate) use object;

object! {
    /// An object of any kind.
    AnyObject: None
}

/// The object whose handle the kernel has just made.
pub(crate) fn created<T: Object>(word: u32) -> Owned<T> {
    // The kernel's handles have a generation; without one there is nothing to
    // name, and each use of the handle is answered with an error.
    const NOTHING: Handle = Handle::new(0, Handle::MAX_GENERATION).expect("a generation");
    Owned(T::from_handle(Handle::from_word(word).unwrap_or(NOTHING)))
}

/// An object that was created here and is closed at the end of its scope.
#[derive(Debug, PartialEq, Eq)]
pub struct Owned<T: Object>(T);

impl<T: Object> Owned<T> {
    /// Leaves the object open: it is closed by its handle, or when the thread
    /// that created it ends.
    pub fn leak(self) -> T {
        let object = self.0;
        mem::forget(self);
        object
    }

    /// Closes the object and tells how that went.
    pub fn close(self) -> Result<()> {
        self.leak().close()
    }
}

impl<T: Object> Deref for Owned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Object> Drop for Owned<T> {
    fn drop(&mut self) {
        // It may be closed already, through a copy of its handle.
        let _ = self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Semaphore;
    use crate::raw::fake;
    use acelab_abi::syscall::Syscall;
    use std::cell::Cell;
    use std::rc::Rc;

    #[test]
    fn an_owned_object_is_closed_once() {
        let closed = Rc::new(Cell::new(0));
        let count = Rc::clone(&closed);
        fake::install(move |call, args| {
            match call {
                Syscall::SemCreate => return Ok((0x205, 0)),
                Syscall::ObjectClose => {
                    assert_eq!(args[0], 0x205);
                    count.set(count.get() + 1);
                }
                other => panic!("{other:?}"),
            }
            Ok((0, 0))
        });
        drop(Semaphore::create(0, 1));
        assert_eq!(closed.get(), 1);
        let kept = Semaphore::create(0, 1).expect("a semaphore").leak();
        assert_eq!((closed.get(), kept.word()), (1, 0x205));
        Semaphore::create(0, 1)
            .expect("a semaphore")
            .close()
            .expect("it is open");
        assert_eq!(closed.get(), 2);
    }
}
