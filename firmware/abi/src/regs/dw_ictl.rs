//! DesignWare interrupt controllers: one per core, 30 inputs, output to the
//! core's [`CoreLine::Device`](crate::interrupt::CoreLine::Device).
//!
//! Source: `struct dw_ictl_registers` in Zephyr's `intc_dw.h` and the comments
//! in `intc_dw_ace.c`. The stride between the cores is inferred from the span
//! that the ACE device tree declares: unverified.

use crate::core_id::{CoreId, MAX_CORES};

/// The controller of core 0.
pub const BASE: u32 = 0x9_4000;
/// Bytes between two controllers (unverified).
pub const RECORD_STRIDE: u32 = 0x400;
/// Bytes of all controllers.
pub const SPAN: u32 = RECORD_STRIDE * MAX_CORES as u32;

registers! {
    /// Registers of one controller. The high halves (inputs 32 and up) do not
    /// exist on ACE.
    pub enum Reg {
        /// Enables.
        InterruptEnable = 0x00, "irq_inten_l";
        /// Masks: a set bit keeps the input from the output.
        Mask = 0x08, "irq_intmask_l";
        /// Forced inputs.
        Force = 0x10, "irq_intforce_l";
        /// Inputs as they are; read-only.
        RawStatus = 0x18, "irq_rawstatus_l";
        /// Inputs or forced, and enabled; read-only.
        Status = 0x20, "irq_status_l";
        /// Status less masked; read-only.
        MaskStatus = 0x28, "irq_maskstatus_l";
        /// After the priority level; what the handler looks at; read-only.
        FinalStatus = 0x30, "irq_finalstatus_l";
        /// Priority level below which inputs are held back.
        PriorityLevel = 0xD8, "irq_plevel";
    }
}

/// Bits of [`Reg::PriorityLevel`].
pub const PRIORITY_LEVEL: u32 = 0xF;

/// The address of a register of `core`'s controller.
pub const fn address(core: CoreId, reg: Reg) -> u32 {
    BASE + core.get() as u32 * RECORD_STRIDE + reg.offset()
}
