//! What the host reads in the firmware registers.

use core::sync::atomic::Ordering;

use acelab_abi::ipc4::fw_registers::{
    INVALID_OFFSET, LLP_SLOTS, LLP_SLOTS_COUNT, LlpSlot, PIPELINE_REGISTERS,
    PIPELINE_REGISTERS_COUNT, PipelineRegisters,
};
use acelab_abi::ipc4::wire::Wire as _;

use crate::Platform;

/// Writes the word at a byte offset.
pub(crate) fn store<P: Platform>(platform: &P, offset: u32, value: u32) {
    if let Some(word) = platform.registers().get(offset as usize / 4) {
        word.store(value, Ordering::Relaxed);
    }
}

/// Writes a value of 64 bits, the low word first.
fn store_wide<P: Platform>(platform: &P, offset: u32, value: u64) {
    store(platform, offset, value as u32);
    store(platform, offset + 4, (value >> 32) as u32);
}

/// Writes where host stream `stream` started and ended in the position of its
/// sink, in bytes; streams beyond the registers have none.
pub(crate) fn stream_offsets<P: Platform>(platform: &P, stream: u8, start: u64, end: u64) {
    let stream = u32::from(stream);
    if stream < PIPELINE_REGISTERS_COUNT {
        let offset = PIPELINE_REGISTERS + stream * PipelineRegisters::BYTES as u32;
        store_wide(platform, offset, start);
        store_wide(platform, offset + 8, end);
    }
}

/// Host stream `stream` does not run.
pub(crate) fn no_stream<P: Platform>(platform: &P, stream: u8) {
    stream_offsets(platform, stream, INVALID_OFFSET, INVALID_OFFSET);
}

/// Writes the reading of one gateway.
pub(crate) fn link_position<P: Platform>(platform: &P, slot: u8, reading: LlpSlot) {
    let slot = u32::from(slot);
    if slot < LLP_SLOTS_COUNT {
        let offset = LLP_SLOTS + slot * LlpSlot::BYTES as u32;
        store_wide(platform, offset + 4, reading.llp);
        store_wide(platform, offset + 12, reading.wall_clock);
        store(platform, offset, reading.node);
    }
}

/// Writes where host stream `stream` ended.
pub(crate) fn stream_end<P: Platform>(platform: &P, stream: u8, end: u64) {
    let stream = u32::from(stream);
    if stream < PIPELINE_REGISTERS_COUNT {
        let offset = PIPELINE_REGISTERS + stream * PipelineRegisters::BYTES as u32;
        store_wide(platform, offset + 8, end);
    }
}
