//! What MEMORY_STATE_INFO tells.

use acelab_abi::core_id::CoreId;
use acelab_ipc4::MemoryState;

use super::domain;
use crate::kernel;

/// What there is now.
pub fn state() -> MemoryState {
    let domains = CoreId::ALL.map(domain::id);
    kernel::enter_from_thread(|kernel, _| {
        let (mut total, mut used, mut blocks) = (0, 0, 0);
        for id in domains.into_iter().flatten() {
            if let Ok(heap) = kernel.memory().heap_account(id) {
                total += heap.size;
                used += heap.in_use;
                blocks += heap.blocks;
            }
        }
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
