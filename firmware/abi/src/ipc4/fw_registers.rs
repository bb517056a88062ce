//! The firmware registers: first 4 KiB of window 0, read-only to the host.
//! Offsets in bytes from the start of the window.

use super::wire::Wire as _;

/// Firmware status: state 27:0, module 30:28, running bit 31.
pub const STATUS: u32 = 0x00;
/// Last error; a [`FwError`] code, 0 while all is well.
pub const LAST_ERROR: u32 = 0x04;
/// Power status: active pipelines in bits 18:13.
pub const POWER_STATUS: u32 = 0x08;
/// Detail of the last error; see [`FwError`].
pub const NATIVE_ERROR: u32 = 0x0C;
/// Version of this block, [`super::FW_REGISTERS_VERSION`].
pub const ABI_VERSION: u32 = 0x1C;
/// One byte per core, a [`CoreStatus`] code; 8 bytes in all.
pub const CORE_STATUS: u32 = 0x20;
/// Bytes in the block that the firmware clears at boot.
pub const BLOCK_BYTES: u32 = 0x1000;

/// Positions of playback streams: [`PipelineRegisters`] records, indexed by the
/// host gateway's stream.
pub const PIPELINE_REGISTERS: u32 = 0x40;
/// Number of [`PIPELINE_REGISTERS`].
pub const PIPELINE_REGISTERS_COUNT: u32 = 16;
/// Live values of volumes: per instance {peak[8], current[8], target[8]}.
pub const PEAK_VOLUME: u32 = 0x140;
/// Number of records in [`PEAK_VOLUME`].
pub const PEAK_VOLUME_COUNT: u32 = 16;
/// Bytes of a [`PEAK_VOLUME`] record.
pub const PEAK_VOLUME_BYTES: u32 = 96;
/// Link positions of gateways with a DMA of their own: [`LlpSlot`] records.
pub const LLP_SLOTS: u32 = 0x740;
/// Number of [`LLP_SLOTS`].
pub const LLP_SLOTS_COUNT: u32 = 24;
/// Link positions of SoundWire gateways, behind [`LLP_SLOTS`].
pub const LLP_SOUNDWIRE: u32 = LLP_SLOTS + LLP_SLOTS_COUNT * LlpSlot::BYTES as u32;
/// Number of [`LLP_SOUNDWIRE`].
pub const LLP_SOUNDWIRE_COUNT: u32 = 15;

/// Lowest bit of the count of active pipelines in [`POWER_STATUS`].
pub const ACTIVE_PIPELINES_SHIFT: u32 = 13;
/// Bits of the count of active pipelines.
pub const ACTIVE_PIPELINES_MASK: u32 = 0x3F;

/// Offset of a stream that is not mixed or does not run.
pub const INVALID_OFFSET: u64 = u64::MAX;

/// Where a stream starts and ends in the position of its sink, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PipelineRegisters {
    /// Position at its start.
    pub start: u64,
    /// Position at its end.
    pub end: u64,
}

wire!(PipelineRegisters, 16, { start: u64, end: u64 });

/// Link position of one gateway. Each 64-bit value lies as two words, the low
/// one first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LlpSlot {
    /// Node id; 0 for a slot that nobody uses.
    pub node: u32,
    /// Bytes that have passed the gateway.
    pub llp: u64,
    /// Wall clock at that moment, in ticks.
    pub wall_clock: u64,
}

wire!(LlpSlot, 20, { node: u32, llp: u64, wall_clock: u64 });

/// Bit 31 of [`STATUS`]: the firmware runs.
pub const STATUS_RUNNING: u32 = 1 << 31;
/// State value of [`STATUS`] (and of the ROM status register) once the
/// firmware has been entered.
pub const STATE_FW_ENTERED: u32 = 5;

codes! {
    /// Codes of [`LAST_ERROR`]. The numbers are our own; no public source
    /// lists what a vendor's firmware writes there.
    pub enum FwError: u32 {
        /// A core met an exception it cannot survive. [`NATIVE_ERROR`] is
        /// EXCCAUSE in bits 7:0 and the core in bits 11:8.
        Exception = 0x4600_0001 => "EXCEPTION",
        /// A core panicked (a failed check of the firmware itself).
        /// [`NATIVE_ERROR`] is the core in bits 11:8.
        Panic = 0x4600_0002 => "PANIC",
    }
}

codes! {
    /// State of one core in [`CORE_STATUS`]. The numbers are our own.
    pub enum CoreStatus: u8 {
        Off = 0 => "OFF",
        Starting = 1 => "STARTING",
        Active = 2 => "ACTIVE",
        Stopping = 3 => "STOPPING",
        Failed = 4 => "FAILED",
        /// Stopped for ever after a fatal exception somewhere on the DSP.
        Halted = 5 => "HALTED",
    }
}
