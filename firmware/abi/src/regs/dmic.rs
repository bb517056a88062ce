//! Digital microphones (DMIC), simplified to one FIFO.
//!
//! The address and the names of control and status are those of `dmic_regs.h`
//! in Zephyr's `drivers/dai/intel/dmic/`. The decimation filters are absent;
//! rate and number of channels are registers of our own in their place.

/// The block.
pub const BASE: u32 = 0x1_0100;
/// Bytes of the block.
pub const SPAN: u32 = 0x48;

registers! {
    /// Registers that are modelled.
    pub enum Reg {
        /// [`SIP`], [`TIE`].
        Control = 0x00, "OUTCONTROL0";
        /// [`ROR`], [`RUNNING`].
        Status = 0x04, "OUTSTAT0";
        /// Frames per second. No real part has it.
        Rate = 0x40, "RATE";
        /// Channels of a frame, 1 to 8; 32-bit samples. No real part has it.
        Channels = 0x44, "CHANNELS";
    }
}

/// OUTCONTROL0: interrupt while [`ROR`] is set.
pub const TIE: u32 = 1 << 27;
/// OUTCONTROL0: run. Rising, the frames are counted from 0.
pub const SIP: u32 = 1 << 26;
/// OUTSTAT0: overrun; cleared by writing 1.
pub const ROR: u32 = 1 << 28;
/// OUTSTAT0: the microphones run; read-only.
pub const RUNNING: u32 = 1 << 0;
/// The most channels.
pub const MAX_CHANNELS: u32 = 8;
/// The highest rate in frames per second.
pub const MAX_RATE: u32 = 192_000;

/// The stream of the link-in gateway that serves the microphones.
pub const LINK_STREAM: u8 = 0;

/// The address of a register.
pub const fn address(reg: Reg) -> u32 {
    BASE + reg.offset()
}
