//! Instructions that reach for memory.

use super::encoding::{Insn, lsai, rrr};
use super::place::Access;

/// An instruction that reaches for the address in a2.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// Its name.
    pub name: &'static str,
    /// The instruction; it stores a3.
    pub insn: Insn,
    /// What it does.
    pub access: Access,
    /// With so many bytes.
    pub bytes: u32,
}

const fn op(name: &'static str, insn: Insn, access: Access, bytes: u32) -> Operation {
    Operation {
        name,
        insn,
        access,
        bytes,
    }
}

/// Every kind of load, store and jump.
pub const OPERATIONS: [Operation; 17] = [
    op("l32i", lsai(2, 2, 3), Access::Load, 4),
    op("l32i.n", Insn(0x0238), Access::Load, 4),
    op("l16ui", lsai(1, 2, 3), Access::Load, 2),
    op("l16si", lsai(9, 2, 3), Access::Load, 2),
    op("l8ui", lsai(0, 2, 3), Access::Load, 1),
    op("l32ai", lsai(11, 2, 3), Access::Load, 4),
    op("lsi", Insn(0x00_0203), Access::Load, 4),
    op("ldi", Insn(0x00_1203), Access::Load, 8),
    op("s32i", lsai(6, 2, 3), Access::Store, 4),
    op("s32i.n", Insn(0x0239), Access::Store, 4),
    op("s16i", lsai(5, 2, 3), Access::Store, 2),
    op("s8i", lsai(4, 2, 3), Access::Store, 1),
    op("s32ri", lsai(15, 2, 3), Access::Store, 4),
    op("s32c1i", lsai(14, 2, 3), Access::Store, 4),
    op("ssi", Insn(0x00_4203), Access::Store, 4),
    op("sdi", Insn(0x00_5203), Access::Store, 8),
    op("jx", rrr(0, 0, 0, 2, 10), Access::Fetch, 3),
];
