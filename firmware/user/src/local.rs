//! What a thread knows of itself without a system call.

use core::ptr;

use acelab_abi::core_id::CoreId;
use acelab_abi::syscall::ThreadLocal;
#[cfg(test)]
use acelab_abi::syscall::guard::BLOCK_WORDS;

use crate::{Object, Thread};

#[cfg(not(test))]
unsafe extern "C" {
    /// THREADPTR; a function of the image's `user.S`.
    safe fn acelab_thread_pointer() -> usize;
}

#[cfg(test)]
fn acelab_thread_pointer() -> usize {
    use core::cell::UnsafeCell;
    std::thread_local! {
        static BLOCK: UnsafeCell<[u32; BLOCK_WORDS]> = const {
            let mut words = [0; BLOCK_WORDS];
            words[0] = 0x309;
            words[1] = 2;
            UnsafeCell::new(words)
        };
    }
    BLOCK.with(|block| block.get().expose_provenance())
}

/// Where the block of the calling thread is.
#[inline(always)]
pub(crate) fn address() -> *mut u32 {
    ptr::with_exposed_provenance_mut(acelab_thread_pointer())
}

/// The block of the calling thread; `None` if the thread has overwritten it.
#[must_use]
pub fn block() -> Option<ThreadLocal> {
    let block = address().cast_const().cast::<[u32; ThreadLocal::WORDS]>();
    // SAFETY: the kernel pointed THREADPTR to this block on the thread's own
    // stack, and nothing in Rust changes THREADPTR.
    ThreadLocal::from_words(unsafe { block.read() })
}

/// The calling thread.
#[must_use]
pub fn thread() -> Option<Thread> {
    block().map(|block| Thread::from_handle(block.thread))
}

/// The core it runs on.
#[must_use]
pub fn core() -> Option<CoreId> {
    block().map(|block| block.core)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_knows_itself() {
        assert_eq!(thread().map(Object::word), Some(0x309));
        assert_eq!(core(), Some(CoreId::ALL[2]));
    }
}
