//! Device interrupt control (DINT): per-core enables upstream of the DW
//! controllers.
//!
//! One record per core with three arrays of 16-bit registers, indexed by
//! [`Source`]. The bits of a register tell apart the sub-sources of the source.
//! Source: `struct ace_dint` and its comment in Zephyr's
//! `ace30/adsp_interrupt.h`.

use crate::core_id::{CoreId, MAX_CORES};
use crate::interrupt::Source;

/// First record.
pub const BASE: u32 = 0x9_1040;
/// Bytes between two records.
pub const RECORD_STRIDE: u32 = 0x100;
/// Bytes of all records.
pub const SPAN: u32 = RECORD_STRIDE * MAX_CORES as u32;
/// Registers of one array, of which the first [`crate::interrupt::SOURCES`]
/// have a source.
pub const ARRAY_LEN: u32 = 32;

/// Which of the three arrays of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u32)]
pub enum Array {
    /// `ie`: enables.
    Enable = 0x00,
    /// `is`: status masked by the enables; read-only.
    Status = 0x40,
    /// `irs`: raw status; read-only.
    Raw = 0x80,
}

/// The address of a 16-bit register.
pub const fn address(core: CoreId, array: Array, source: Source) -> u32 {
    BASE + core.get() as u32 * RECORD_STRIDE + array as u32 + source.number() as u32 * 2
}

/// Enable bit of the host mailbox; it has one sub-source.
pub const HOST_IPC: u16 = 1 << 0;

/// Enable bit of a core's own record in [`Source::IdcA`] and [`Source::IdcB`].
pub const fn idc(core: CoreId) -> u16 {
    1 << core.get()
}

/// Enable bit of a wall-clock comparator in [`Source::Tts`] (bit 0 is the
/// timestamp interrupt).
pub const fn tts(comparator: super::tts::Comparator) -> u16 {
    1 << (comparator as u16 + 1)
}
