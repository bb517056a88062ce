//! What the code of modules may call: functions of this image, which run in the thread
//! and the domain of the caller.

use core::alloc::Layout;
use core::ptr::{NonNull, null_mut, with_exposed_provenance_mut};

use acelab_abi::syscall::Syscall;
use acelab_abi::syscall::guard::SAMPLE_MICROS;
use acelab_module_abi::host::Ledger;
use acelab_user::guard::Limit;
use acelab_user::{guard, heap};

/// Memory for the instance that is being called; null without memory, or when its
/// share is used up.
pub extern "C" fn acelab_alloc(bytes: usize, align: usize) -> *mut u8 {
    let Ok(layout) = Layout::from_size_align(bytes, align) else {
        return null_mut();
    };
    match guard::context() {
        Some(context) => listed(context, layout),
        // A thread of the module's own, whose domain has a heap of the right size.
        None => heap::alloc(layout).map_or(null_mut(), NonNull::as_ptr),
    }
}

/// Gives back memory of [`acelab_alloc`]; what is none stays as it is.
///
/// # Safety
/// Nobody uses the memory any more.
pub unsafe extern "C" fn acelab_free(memory: *mut u8) {
    let Some(block) = NonNull::new(memory) else {
        return;
    };
    let Some(context) = guard::context() else {
        // SAFETY: the caller's promise; the kernel knows what is a block.
        let _ = unsafe { heap::free(block) };
        return;
    };
    let ledger = ledger(context);
    // In one piece, or it could be struck out and never given back.
    guard::outside(|| {
        if ledger.strike(memory.addr() as u32) {
            // SAFETY: it was the instance's, and the caller does not use it.
            let _ = unsafe { heap::free(block) };
        }
    });
}

/// Ends the call of the module with a text.
pub extern "C" fn acelab_panic(text: *const u8, bytes: usize) -> ! {
    let arguments = [text.expose_provenance(), bytes, 0, 0, 0];
    loop {
        // SAFETY: the kernel looks whether the thread can read the text; it ends the
        // call, or the thread.
        let _ = unsafe { acelab_user::syscall(Syscall::Panic.number() as usize, arguments) };
    }
}

/// A block that is noted in the list of the instance.
fn listed(context: u32, layout: Layout) -> *mut u8 {
    let bytes = layout.size() as u32;
    let ledger = ledger(context);
    if !ledger.has_room(bytes) {
        return null_mut();
    }
    // In one piece, or the block could be taken and not be noted.
    guard::outside(|| {
        let Ok(block) = heap::alloc(layout) else {
            return null_mut();
        };
        if ledger.note(block.as_ptr().addr() as u32, bytes) {
            return block.as_ptr();
        }
        // SAFETY: nobody has seen it.
        let _ = unsafe { heap::free(block) };
        null_mut()
    })
}

/// The list of the instance that is being called. Ends the call if that is no list, or
/// if the call has no time left for what it does with the heap, which the kernel does not
/// see.
fn ledger<'a>(context: u32) -> &'a mut Ledger {
    let ledger: *mut Ledger = with_exposed_provenance_mut(context as usize);
    // SAFETY: the context of all guarded calls is the address of a list, which nobody
    // else uses during the call. Where a module has written over it, this is its call
    // that comes to nothing.
    let ledger = unsafe { &mut *ledger };
    let in_time = match ledger.count_use() {
        Some(true) => guard::charge(Limit::from_micros(SAMPLE_MICROS)),
        Some(false) => true,
        None => false,
    };
    if !in_time {
        let text = "too many uses of the heap";
        acelab_panic(text.as_ptr(), text.len());
    }
    ledger
}
