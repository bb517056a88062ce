//! Wall clock, its two comparators, and time stamping (TTS).
//!
//! Source: `ADSP_DSPWC*` in Zephyr's `ace30/adsp_shim.h`, use in
//! `intel_adsp_timer.c`.

/// The block.
pub const BASE: u32 = 0x7_2000;
/// Bytes of the block.
pub const SPAN: u32 = 0x80;

registers! {
    /// Registers that are modelled. The others of the block (RTC, time
    /// stamping, ART) are reserved here.
    pub enum Reg {
        /// Wall clock, low word; read-only.
        WallLow = 0x20, "DSPWC";
        /// Wall clock, high word; read-only.
        WallHigh = 0x24, "DSPWC+4";
        /// Comparator control and status.
        Control = 0x28, "DSPWCTCS";
        /// Compare value 0, low word.
        Compare0Low = 0x30, "DSPWCT0C";
        /// Compare value 0, high word.
        Compare0High = 0x34, "DSPWCT0C+4";
        /// Compare value 1, low word.
        Compare1Low = 0x38, "DSPWCT1C";
        /// Compare value 1, high word.
        Compare1High = 0x3C, "DSPWCT1C+4";
    }
}

/// A comparator of the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Comparator {
    /// Drives the kernel tick.
    C0 = 0,
    /// Free.
    C1 = 1,
}

impl Comparator {
    /// Both comparators.
    pub const ALL: [Self; 2] = [Self::C0, Self::C1];

    /// TA: armed.
    pub const fn arm(self) -> u32 {
        1 << self as u32
    }

    /// TT: triggered, write 1 to clear.
    pub const fn triggered(self) -> u32 {
        1 << (4 + self as u32)
    }

    /// TTIE: interrupt while triggered.
    pub const fn interrupt_enable(self) -> u32 {
        1 << (8 + self as u32)
    }

    /// Low word of the compare value.
    pub const fn low(self) -> Reg {
        match self {
            Self::C0 => Reg::Compare0Low,
            Self::C1 => Reg::Compare1Low,
        }
    }

    /// High word of the compare value.
    pub const fn high(self) -> Reg {
        match self {
            Self::C0 => Reg::Compare0High,
            Self::C1 => Reg::Compare1High,
        }
    }
}

/// The address of a register.
pub const fn address(reg: Reg) -> u32 {
    BASE + reg.offset()
}
