//! An allocator that counts what the engine holds, and can refuse.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// The engine runs, and not what surrounds it.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
    static LIVE: Cell<i64> = const { Cell::new(0) };
    static ASKED: Cell<u64> = const { Cell::new(0) };
    /// The allocation that is refused, by number.
    static REFUSED: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Counts blocks that were allocated inside the engine.
pub struct Counting;

// SAFETY: what is not refused is done by the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if INSIDE.get() {
            let number = ASKED.get();
            ASKED.set(number + 1);
            if REFUSED.get() == Some(number) {
                return std::ptr::null_mut();
            }
            LIVE.set(LIVE.get() + 1);
        }
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if INSIDE.get() {
            LIVE.set(LIVE.get() - 1);
        }
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(block, layout) }
    }
}

fn scoped<R>(inside: bool, work: impl FnOnce() -> R) -> R {
    struct Back(bool);
    impl Drop for Back {
        fn drop(&mut self) {
            INSIDE.set(self.0);
        }
    }
    let _back = Back(INSIDE.replace(inside));
    work()
}

/// Runs the engine.
pub fn inside<R>(work: impl FnOnce() -> R) -> R {
    scoped(true, work)
}

/// Runs what the engine calls but is not part of it.
pub fn outside<R>(work: impl FnOnce() -> R) -> R {
    scoped(false, work)
}

/// Blocks that the engine holds.
pub fn live() -> i64 {
    LIVE.get()
}

/// Refuses the allocation `number` from now on; `None` refuses none. Says how
/// many there were since the last call.
pub fn refuse(number: Option<u64>) -> u64 {
    REFUSED.set(number);
    ASKED.replace(0)
}
