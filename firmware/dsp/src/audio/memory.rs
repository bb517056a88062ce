//! What MEMORY_STATE_INFO tells.

use acelab_ipc4::MemoryState;

use super::domain;
use crate::kernel;

/// What there is now.
pub fn state() -> MemoryState {
    let id = domain::id();
    kernel::enter_from_thread(|kernel, _| {
        let heap = id.and_then(|id| kernel.memory().heap_account(id).ok());
        let (total, used, blocks) =
            heap.map_or((0, 0, 0), |heap| (heap.size, heap.in_use, heap.blocks));
        let account = kernel.account();
        MemoryState {
            pages_total: account.pages_total,
            pages_free: account.pages_total - account.pages,
            heap_bytes_total: total,
            heap_bytes_used: used,
            heap_blocks: blocks,
            objects_used: account.objects,
            threads_used: account.threads,
        }
    })
}
