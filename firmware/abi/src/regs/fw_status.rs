//! Status and error of ROM and firmware that the host polls while booting.
//!
//! Source: `ROM_STATUS` of `cavstool.py` (0x160200 on ACE 2.0 and 3.0),
//! `MTL_DSP_REG_HFFLGPXQWY` and its error word in Linux'
//! `sound/soc/sof/intel/mtl.h` (0x163200 on ACE 1.5). That the DSP reaches the
//! words at the same address is unverified.

/// The block: DSP address and BAR4 offset.
pub const BASE: u32 = 0x16_0200;
/// Bytes of the block.
pub const SPAN: u32 = 0x8;

registers! {
    /// Words of core 0.
    pub enum Reg {
        /// State, see [`STATE`].
        Status = 0x0, "HFFLGP0QW0";
        /// Error code.
        Error = 0x4, "HFFLGP0QW0+4";
    }
}

/// Status: the state code, as `cavstool.py` masks it.
pub const STATE: u32 = 0x0FFF_FFFF;

/// State code of a running firmware (`HDA_DSP_ROM_FW_ENTERED` in Linux'
/// `sound/soc/sof/intel/hda.h`).
pub const FW_ENTERED: u32 = 5;

/// The address of a word.
pub const fn address(reg: Reg) -> u32 {
    BASE + reg.offset()
}
