//! Inter-core doorbells (IDC): one record per core, two agents per record.
//!
//! Core *n* is interrupted through agent A of record *n*; whoever wants its
//! attention rings agent B of that record. Source: `struct ace_idc` in Zephyr's
//! `ace30/adsp_ipc_regs.h`, `arch_sched_ipi` in `ace/multiprocessing.c`.

use crate::core_id::{CoreId, MAX_CORES};

pub use super::ipc_agent::{BUSY, DONE, IDIE, MESSAGE, Reg, TBIE};

/// First record.
pub const BASE: u32 = 0x9_2000;
/// Bytes between two records.
pub const RECORD_STRIDE: u32 = 0x400;
/// Bytes of all records.
pub const SPAN: u32 = RECORD_STRIDE * MAX_CORES as u32;

/// The two ends of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Agent {
    /// The end of the core that the record belongs to.
    A,
    /// The end of whoever wants to reach that core.
    B,
}

impl core::fmt::Display for Agent {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(match self {
            Self::A => "a",
            Self::B => "b",
        })
    }
}

/// The address of a register of one agent of `core`'s record.
pub const fn address(core: CoreId, agent: Agent, reg: Reg) -> u32 {
    let agent = match agent {
        Agent::A => 0,
        Agent::B => super::ipc_agent::SPAN,
    };
    BASE + core.get() as u32 * RECORD_STRIDE + agent + reg.offset()
}
