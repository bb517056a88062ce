//! Power and boot control of the cores (DSPCS and DSPBR).
//!
//! The block has the same address for the DSP and in BAR4. Source: `struct
//! dspcs` in Zephyr's `ace30/adsp_boot.h`; `MTL_DSP2CXCTL_PRIMARY_CORE` in
//! Linux' `sound/soc/sof/intel/mtl.h`.

use crate::core_id::{CoreId, MAX_CORES};

/// The block: DSP address and BAR4 offset.
pub const BASE: u32 = 0x17_8D00;
/// Offset of the first boot record.
pub const BOOT_OFFSET: u32 = 0x40;
/// Bytes between two cores' capability and control pairs.
pub const CONTROL_STRIDE: u32 = 0x8;
/// Bytes between two cores' boot records.
pub const BOOT_STRIDE: u32 = 0x20;
/// Bytes of the block.
pub const SPAN: u32 = BOOT_OFFSET + BOOT_STRIDE * MAX_CORES as u32;

/// Offset of the capability word in a core's pair.
pub const CAPABILITY: u32 = 0x0;
/// Offset of the control word in a core's pair.
pub const CONTROL: u32 = 0x4;

/// Control: set power active.
pub const SPA: u32 = 1 << 0;
/// Control: current power active; read-only.
pub const CPA: u32 = 1 << 8;

registers! {
    /// Registers of one core's boot record.
    pub enum BootReg {
        /// Capabilities; read-only.
        Capability = 0x00, "BRCAP";
        /// Watchdog control; not modelled.
        WatchdogControl = 0x04, "WDTCS";
        /// Watchdog IP pointer; not modelled.
        WatchdogPointer = 0x08, "WDTIPPTR";
        /// Boot control.
        Control = 0x10, "BCTL";
        /// Boot address.
        Address = 0x14, "BADDR";
        /// Boot attributes.
        Attributes = 0x18, "BATTR";
    }
}

/// BCTL: bypass the ROM.
pub const BYPASS_ROM: u32 = 1 << 0;
/// BCTL: no clock gating while the core waits.
pub const WAIT_NO_CLOCK_GATING: u32 = 1 << 16;
/// BCTL: no power gating while the core waits.
pub const WAIT_NO_POWER_GATING: u32 = 1 << 17;
/// BATTR: restore boot.
pub const RESTORE_BOOT: u32 = 1 << 12;
/// BATTR: the ROM takes the path of a secondary core.
pub const SLAVE_CORE: u32 = 1 << 16;

/// The address of a core's control word.
pub const fn control(core: CoreId) -> u32 {
    BASE + core.get() as u32 * CONTROL_STRIDE + CONTROL
}

/// The address of a core's capability word.
pub const fn capability(core: CoreId) -> u32 {
    BASE + core.get() as u32 * CONTROL_STRIDE + CAPABILITY
}

/// The address of a register in a core's boot record.
pub const fn boot(core: CoreId, reg: BootReg) -> u32 {
    BASE + BOOT_OFFSET + core.get() as u32 * BOOT_STRIDE + reg.offset()
}
