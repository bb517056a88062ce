//! Every special register and every user register there could be.

use acelab_ipc4::TestResult;
use acelab_user::log;

use super::super::check::same;
use super::super::{Env, Outcome};
use super::arena::Arena;
use super::code;
use super::encoding::{Insn, rsr, rur, wsr, wur, xsr};
use super::end::End;
use super::neighbours::{Neighbours, Which};
use super::place::Address;

/// Special registers that belong to user threads: LBEG, LEND, LCOUNT, SAR, BR,
/// SCOMPARE1.
const SPECIAL: [u32; 6] = [0, 1, 2, 3, 4, 12];
/// User registers that do: THREADPTR, FCR, FSR.
const USER: [u32; 3] = [231, 232, 233];

/// Name of an instruction, the instruction for a register, and the registers for
/// which it is permitted.
type Access = (&'static str, fn(u32) -> Insn, &'static [u32]);

const ACCESSES: [Access; 5] = [
    ("rsr", rsr as fn(u32) -> Insn, &SPECIAL),
    ("wsr", wsr, &SPECIAL),
    ("xsr", xsr, &SPECIAL),
    ("rur", rur, &USER),
    ("wur", wur, &USER),
];

const REGISTERS: u32 = 256;

/// See the list.
pub fn special_registers(env: &Env) -> Outcome {
    let arena = Arena::new(env)?;
    let neighbours = Neighbours::start(&arena, Which::Everywhere)?;
    let all = ACCESSES
        .iter()
        .flat_map(|(_, insn, _)| (0..REGISTERS).map(insn));
    code::load(&arena, all)?;
    let (mut permitted, mut refused, mut wrong) = (0_u32, 0_u32, 0_u32);
    for (group, (name, _, own)) in ACCESSES.iter().enumerate() {
        for register in 0..REGISTERS {
            let number = group as u32 * REGISTERS + register;
            let end = arena.run(&code::call(&arena, number, Address::Fixed(0), 0), &[])?;
            match end {
                End::Exit(0) => permitted += 1,
                End::Fault(0 | 8) => refused += 1,
                _ => {}
            }
            let right = match end {
                End::Exit(0) => own.contains(&register),
                End::Fault(0 | 8) => !own.contains(&register),
                _ => false,
            };
            if !right {
                wrong += 1;
                log!(Error, "{name} {register}: {end}");
            }
        }
        neighbours.ping()?;
    }
    neighbours.stop()?;
    same(wrong, 0_u32)?;
    Ok(TestResult::new(&[permitted, refused]))
}
