//! MEMORY_STATE_INFO: what is free and what is used.

use acelab_abi::ipc4::Status;
use acelab_abi::ipc4::base_fw::MemoryStateTlv;

use crate::firmware::Firmware;
use crate::outbox::Outbox;

pub(super) fn write(outbox: &mut Outbox<'_>, firmware: &mut impl Firmware) -> Result<(), Status> {
    let state = firmware.memory_state();
    let tuples = [
        (MemoryStateTlv::PagesTotal, state.pages_total),
        (MemoryStateTlv::PagesFree, state.pages_free),
        (MemoryStateTlv::HeapBytesTotal, state.heap_bytes_total),
        (MemoryStateTlv::HeapBytesUsed, state.heap_bytes_used),
        (MemoryStateTlv::HeapBlocks, state.heap_blocks),
        (MemoryStateTlv::ObjectsUsed, state.objects_used),
        (MemoryStateTlv::ThreadsUsed, state.threads_used),
    ];
    tuples
        .iter()
        .try_for_each(|(kind, value)| outbox.tlv(kind.code(), &[*value]))
}
