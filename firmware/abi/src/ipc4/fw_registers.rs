//! The firmware registers: first 4 KiB of window 0, read-only to the host.
//! Offsets in bytes from the start of the window.

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
