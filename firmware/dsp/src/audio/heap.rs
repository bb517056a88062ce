//! The allocator of user threads: the heap of their domain.

use core::alloc::{GlobalAlloc, Layout};
use core::ptr::{NonNull, null_mut};

use acelab_user::{SysError, heap};

/// The heap of the calling thread's domain.
struct DomainHeap;

// SAFETY: the kernel gives out blocks that do not overlap, of the size and
// alignment asked for, and knows a block by its address.
unsafe impl GlobalAlloc for DomainHeap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match heap::alloc(layout) {
            Ok(memory) => memory.as_ptr(),
            Err(SysError::BadState) => no_heap(),
            Err(_) => null_mut(),
        }
    }

    unsafe fn dealloc(&self, memory: *mut u8, _: Layout) {
        if let Some(memory) = NonNull::new(memory) {
            // SAFETY: the caller's promise. It cannot fail but by a bug of the
            // kernel, and then there is nobody to tell.
            let _ = unsafe { heap::free(memory) };
        }
    }
}

#[global_allocator]
static HEAP: DomainHeap = DomainHeap;

/// The kernel has no heap: what it needs is in tables of fixed size.
#[cold]
fn no_heap() -> ! {
    panic!("a thread without a domain allocates memory")
}
