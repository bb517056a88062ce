//! The allocator of a firmware whose threads have no heap yet.

use core::alloc::{GlobalAlloc, Layout};

struct NoHeap;

// SAFETY: no memory is ever given out.
unsafe impl GlobalAlloc for NoHeap {
    unsafe fn alloc(&self, _: Layout) -> *mut u8 {
        core::ptr::null_mut()
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static NO_HEAP: NoHeap = NoHeap;
