//! The library's heap: what the firmware gives the instance that is being called.

use core::alloc::{GlobalAlloc, Layout};

unsafe extern "C" {
    fn acelab_alloc(size: usize, align: usize) -> *mut u8;
    fn acelab_free(memory: *mut u8);
}

struct Firmware;

// SAFETY: the firmware gives out blocks of the size and alignment asked for that do not overlap,
// and knows a block by its address.
unsafe impl GlobalAlloc for Firmware {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: any numbers may be asked for.
        unsafe { acelab_alloc(layout.size(), layout.align()) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, _: Layout) {
        // SAFETY: the caller's promise.
        unsafe { acelab_free(memory) }
    }
}

#[global_allocator]
static HEAP: Firmware = Firmware;
