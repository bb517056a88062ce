//! Memory windows (DMW): parts of HP-SRAM that the host sees in BAR4.
//!
//! Source: `mem_window.c` and `ADSP_DMWBA_*` in `ace30/adsp_shim.h` of Zephyr
//! (DSP side), `MTL_SRAM_WINDOW_OFFSET` in Linux'
//! `sound/soc/sof/intel/mtl.h` (host side).

/// Registers of window 0.
pub const BASE: u32 = 0x7_0200;
/// Windows there are.
pub const COUNT: usize = 4;
/// Bytes between two windows' registers.
pub const STRIDE: u32 = 0x8;
/// Bytes of the block.
pub const SPAN: u32 = STRIDE * COUNT as u32;

registers! {
    /// Registers of one window.
    pub enum Reg {
        /// Base address, [`ENABLE`] and [`READ_ONLY`].
        BaseAddress = 0x0, "DMWBA";
        /// Size in bytes, or'ed with [`LIMIT_LOW_BITS`].
        Limit = 0x4, "DMWLO";
    }
}

/// DMWBA: the window is open.
pub const ENABLE: u32 = 1 << 0;
/// DMWBA: the host may not write.
pub const READ_ONLY: u32 = 1 << 1;
/// DMWBA: the flags, which are not part of the address.
pub const FLAGS: u32 = 0x7;
/// DMWLO: bits that firmware sets and that are not part of the size.
pub const LIMIT_LOW_BITS: u32 = 0x7;

/// BAR4 offset of window 0.
pub const HOST_BASE: u32 = 0x18_0000;
/// BAR4 bytes between two windows, and the most that one can show.
pub const HOST_STRIDE: u32 = 0x8000;

/// The address of a window's register. `window` counts from 0 to 3.
pub const fn address(window: usize, reg: Reg) -> u32 {
    assert!(window < COUNT);
    BASE + window as u32 * STRIDE + reg.offset()
}

/// The BAR4 offset at which the host sees a window.
pub const fn host_address(window: usize) -> u32 {
    assert!(window < COUNT);
    HOST_BASE + window as u32 * HOST_STRIDE
}
