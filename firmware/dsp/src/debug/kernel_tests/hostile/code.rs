//! Code that hostile threads get: a slot of sixteen bytes for each piece.

use acelab_user::SysError;

use super::arena::{Arena, Call};
use super::encoding::{Insn, MOVI_A2_0, RET, pack};
use super::place::Address;

/// Bytes of a slot.
pub const SLOT: u32 = 16;

/// Puts each instruction into a slot of its own, followed by an end with code 0.
pub fn load(arena: &Arena, instructions: impl Iterator<Item = Insn>) -> Result<(), SysError> {
    arena.load_code(instructions.flat_map(|insn| pack(&[insn, MOVI_A2_0, RET])))
}

/// Runs slot `number` with this in a2, and in a3.
pub fn call(arena: &Arena, number: u32, a2: Address, a3: u32) -> Call {
    Call::at(arena.code().user() + SLOT * number).with([a2, Address::Fixed(a3)])
}
