//! Power management (DfPMCCU): which cores may be power gated.
//!
//! 16-bit registers. Source: `struct ace_dfpmccu` in Zephyr's
//! `ace30/adsp_shim.h`, `struct ace_pwrctl2` in `ace30/adsp_power.h`.

/// The block.
pub const BASE: u32 = 0x7_1B00;
/// Bytes of the block.
pub const SPAN: u32 = 0xE8;

registers! {
    /// Registers that are modelled.
    pub enum Reg {
        /// Requests for the shared domains (`dfpwrctl`).
        DomainControl = 0x90, "DFPWRCTL";
        /// State of the shared domains (`dfpwrsts`); read-only.
        DomainStatus = 0x92, "DFPWRSTS";
        /// Bit *n*: do not gate core *n* (`dfpwrctl2`).
        CoreControl = 0x94, "DFPWRCTL2";
        /// Bit *n*: core *n* has power (`dfpwrsts2`); read-only.
        CoreStatus = 0x96, "DFPWRSTS2";
    }
}

/// Bits of [`Reg::CoreControl`] and [`Reg::CoreStatus`].
pub const CORES: u16 = 0x1F;

/// Bits of [`Reg::DomainControl`]: host, hub HP, DSP ULP, I/O 0 and 1,
/// multi-link, hub ULP.
pub const DOMAINS: u16 = 1 << 5 | 1 << 6 | 1 << 7 | 3 << 8 | 1 << 12 | 1 << 15;

/// The address of a register.
pub const fn address(reg: Reg) -> u32 {
    BASE + reg.offset()
}
