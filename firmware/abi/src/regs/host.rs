//! What the host sees of the DSP in BAR4, beside the mailbox, the windows and
//! core 0's control word.
//!
//! Source: `MTL_HFDSSCS*`, `PTL_HFPWRCTL2`, `PTL_HFPWRSTS2` and
//! `MTL_HFPWRCTL_WPDSPHPXPG` in Linux' `sound/soc/sof/intel/mtl.h`;
//! `cavstool.py` uses the same addresses for ACE 3.0.

registers! {
    /// Registers by BAR4 offset.
    pub enum Reg {
        /// Power of the DSP subsystem.
        SubsystemControl = 0x1000, "HFDSSCS";
        /// Power requests of the domains.
        PowerControl = 0x1D20, "HFPWRCTL2";
        /// Power state of the domains; read-only.
        PowerStatus = 0x1D24, "HFPWRSTS2";
    }
}

/// HFDSSCS: set power active.
pub const SUBSYSTEM_SPA: u32 = 1 << 16;
/// HFDSSCS: current power active; read-only.
pub const SUBSYSTEM_CPA: u32 = 1 << 24;
/// HFPWRCTL2 and HFPWRSTS2: the domain of core 0.
pub const DSP_DOMAIN: u32 = 1 << 0;

/// Bits of a mailbox message that tell messages to the boot ROM apart.
pub const ROM_MESSAGE: u32 = 0x7F00_0000;
/// The host's request to the boot ROM to forget any firmware it kept
/// (`HDA_DSP_IPC_PURGE_FW` in Linux' `sound/soc/sof/intel/hda.h`, without
/// [`PURGE_FROM_STREAM`]).
pub const PURGE_FW: u32 = 1 << 24;
/// PURGE_FW: the image comes through the stream whose index is in bits 13:9.
pub const PURGE_FROM_STREAM: u32 = 1 << 14;
