//! Instructions as words. The formats and numbers are those of the Xtensa
//! instruction set architecture's opcode maps.

/// An instruction of three bytes, or of two when its lowest bit 3 is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Insn(pub u32);

/// Format RRR in the group QRST.
pub const fn rrr(op2: u32, op1: u32, r: u32, s: u32, t: u32) -> Insn {
    Insn(op2 << 20 | op1 << 16 | r << 12 | s << 8 | t << 4)
}

/// Loads, stores and cache operations: group LSAI, offset 0.
pub const fn lsai(r: u32, s: u32, t: u32) -> Insn {
    Insn(r << 12 | s << 8 | t << 4 | 2)
}

/// RSR of special register `number` to a3.
pub const fn rsr(number: u32) -> Insn {
    Insn(0x03 << 16 | number << 8 | 3 << 4)
}

/// WSR of a3.
pub const fn wsr(number: u32) -> Insn {
    Insn(0x13 << 16 | number << 8 | 3 << 4)
}

/// XSR with a3.
pub const fn xsr(number: u32) -> Insn {
    Insn(0x61 << 16 | number << 8 | 3 << 4)
}

/// RUR of user register `number` to a3.
pub const fn rur(number: u32) -> Insn {
    Insn(0xE3 << 16 | 3 << 12 | number << 4)
}

/// WUR of a3.
pub const fn wur(number: u32) -> Insn {
    Insn(0xF3 << 16 | number << 8 | 3 << 4)
}

/// `movi a2, 0`.
pub const MOVI_A2_0: Insn = Insn(0x00_A022);
/// `ret`.
pub const RET: Insn = Insn(0x00_0080);

impl Insn {
    const fn bytes(self) -> u32 {
        // The density option: opcodes 8 to 13 are of two bytes.
        if self.0 & 0xF >= 8 && self.0 & 0xF < 14 {
            2
        } else {
            3
        }
    }
}

/// Instructions one after another, at most sixteen bytes.
pub fn pack(instructions: &[Insn]) -> [u32; 4] {
    let mut bits = 0_u128;
    let mut at = 0;
    for insn in instructions {
        bits |= u128::from(insn.0) << at;
        at += 8 * insn.bytes();
    }
    core::array::from_fn(|word| (bits >> (32 * word)) as u32)
}
