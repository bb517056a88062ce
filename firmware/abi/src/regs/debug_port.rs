//! Debug port: ends a run or marks a moment.
//!
//! No real part has this block, it belongs to the `ace30` machine alone.
//! Production firmware never touches it.

/// The block.
pub const BASE: u32 = 0x17_F000;
/// Bytes of the block.
pub const SPAN: u32 = 0x8;

registers! {
    /// Registers, write-only.
    pub enum Reg {
        /// Ends the run with the written code.
        Exit = 0x0, "EXIT";
        /// Puts the written word, with core and time, into the event log.
        Mark = 0x4, "MARK";
    }
}

/// The address of a register.
pub const fn address(reg: Reg) -> u32 {
    BASE + reg.offset()
}
