//! Memory of loadable modules as the kernel thread sees it that loads them.

use core::sync::atomic::{AtomicBool, Ordering};

use acelab_abi::memory::LIBRARY_STORE;

use crate::cross_core;
use crate::memory::Draft;

cross_core! {
    static STORE_TAKEN: AtomicBool = AtomicBool::new(false);
}

/// The words of the library store, as they were before the last reset unless the
/// host has purged them. Whoever asks first has it for ever.
#[must_use]
pub fn library_store() -> Option<&'static mut [u32]> {
    if STORE_TAKEN.swap(true, Ordering::AcqRel) {
        return None;
    }
    let start = core::ptr::with_exposed_provenance_mut(LIBRARY_STORE.base as usize);
    // SAFETY: a fixed entry of the TLB maps the store for ring 0 and nothing is
    // linked there; this is the only reference, since it is made once, and any
    // word is a value.
    Some(unsafe { core::slice::from_raw_parts_mut(start, LIBRARY_STORE.size as usize / 4) })
}

/// The words of a segment that is being filled.
pub fn draft_words(draft: &mut Draft) -> &mut [u32] {
    let address = draft.kernel_address().get() as usize;
    let start = core::ptr::with_exposed_provenance_mut(address);
    // SAFETY: who has the draft has its pages, which no domain has mapped and the
    // kernel may write; they are whole and aligned, and any word is a value.
    unsafe { core::slice::from_raw_parts_mut(start, draft.range().size() as usize / 4) }
}
