//! Host mailbox (HfIPC): one doorbell between core 0 and the host.
//!
//! Source: node `adsp_host_ipc` of Zephyr's ACE 3.0 device tree (DSP side),
//! `MTL_DSP_REG_HFIPCX*` in Linux' `sound/soc/sof/intel/mtl.h` (host side).

pub use super::ipc_agent::{BUSY, DONE, IDIE, MESSAGE, Reg, TBIE};

/// The DSP's agent, in DSP addresses.
pub const BASE: u32 = 0x7_3000;
/// Bytes of the DSP's agent.
pub const SPAN: u32 = super::ipc_agent::SPAN;
/// The host's agent, in BAR4 offsets.
pub const HOST_BASE: u32 = 0x7_3200;

/// The address of a register on the DSP side.
pub const fn address(reg: Reg) -> u32 {
    BASE + reg.offset()
}

/// The BAR4 offset of a register on the host side.
pub const fn host_address(reg: Reg) -> u32 {
    HOST_BASE + reg.offset()
}
