//! Enums of every layout, and the jump tables of their matches.

use core::hint::black_box;
use core::num::NonZeroU32;

use crate::Group;
use crate::group::{Run, group};
use crate::inputs::Inputs;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Op {
    Nop,
    Add(i32),
    Load { register: u8, address: u32 },
    Jump(Condition, i16),
    Wide(u64),
    Pair(Option<NonZeroU32>, Result<u8, i8>),
    Float(f32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
enum Condition {
    Always = 0,
    Zero = 7,
    Negative = 0x80,
    Never = 0xFF,
}

fn operation(inputs: &mut Inputs) -> Op {
    let conditions = [
        Condition::Always,
        Condition::Zero,
        Condition::Negative,
        Condition::Never,
    ];
    match inputs.below(7) {
        0 => Op::Nop,
        1 => Op::Add(inputs.value()),
        2 => Op::Load {
            register: inputs.value(),
            address: inputs.value(),
        },
        3 => Op::Jump(conditions[inputs.below(4) as usize], inputs.value()),
        4 => Op::Wide(inputs.value()),
        5 => Op::Pair(
            NonZeroU32::new(inputs.below(3)),
            if inputs.bool() {
                Ok(inputs.value())
            } else {
                Err(inputs.value())
            },
        ),
        _ => Op::Float(f32::from(inputs.value::<i16>())),
    }
}

#[inline(never)]
fn execute(op: Op, state: u64) -> u64 {
    match op {
        Op::Nop => state,
        Op::Add(n) if n < 0 => state.wrapping_sub(u64::from(n.unsigned_abs())),
        Op::Add(n) => state.wrapping_add(n as u64),
        Op::Load {
            register: 0..=7,
            address,
        } => u64::from(address) << 8,
        Op::Load { register, address } => state ^ u64::from(address) << (register % 32),
        Op::Jump(Condition::Never, _) => 0,
        Op::Jump(condition, by) if condition > Condition::Zero => state.rotate_left(by as u32 % 64),
        Op::Jump(condition, by) => state ^ by as u64 ^ (condition as u64) << 50,
        Op::Wide(n) => state.wrapping_mul(n | 1),
        Op::Pair(Some(n), Ok(m)) => state + u64::from(n.get()) + u64::from(m & 3),
        Op::Pair(None, Ok(m)) => state >> (m % 60),
        Op::Pair(n, Err(m)) => state ^ n.map_or(99, |n| u64::from(n.get())) ^ m as u64,
        Op::Float(x) => state ^ (x * 0.5) as i64 as u64,
    }
}

fn machine(run: &mut Run) {
    let Run { inputs, hash } = run;
    let mut state = inputs.next() >> 1;
    for _ in 0..400 {
        let op = operation(inputs);
        state = execute(black_box(op), state) & (u64::MAX >> 1);
        hash.put(state);
        hash.put(op == Op::Nop || matches!(op, Op::Jump(Condition::Zero, -8..=8)));
    }
}

/// A dense match, whose jump table has holes.
#[inline(never)]
fn table(code: u32, x: u32) -> u32 {
    match code {
        0 => x + 1,
        1 => x ^ 0xFF,
        2 => x << 3,
        3 | 4 => x >> 5,
        5 => x.count_ones(),
        7 => x.wrapping_mul(77),
        8 => !x,
        9 => x.rotate_left(11),
        10 => x & 0x0F0F_0F0F,
        12 => x.leading_zeros(),
        13 => x % 1000,
        14..=17 => x / 3,
        18 => x.swap_bytes(),
        19 => x | 0x8000_0000,
        20 => x.wrapping_neg(),
        0x1000 => 17,
        0x0100_0000..=0x0200_0000 => 18,
        u32::MAX => 19,
        _ => 20,
    }
}

fn jump_tables(run: &mut Run) {
    let Run { inputs, hash } = run;
    for code in (0..25).chain([
        0xFFF,
        0x1000,
        0xFF_FFFF,
        0x0100_0000,
        0x0200_0000,
        0x0200_0001,
        u32::MAX,
    ]) {
        for _ in 0..12 {
            hash.put(table(black_box(code), inputs.next() as u32 >> 1));
        }
    }
    for byte in 0..=u8::MAX {
        hash.put(match black_box(byte) {
            b'a'..=b'f' => byte - b'a' + 10,
            b'A'..=b'F' => byte - b'A' + 10,
            b'0'..=b'9' => byte - b'0',
            b' ' | b'\t' | b'\n' | b'\r' => 0x80,
            b'+' | b'-' | b'*' | b'/' | b'(' | b')' => 0x81,
            0x80.. => 0x82,
            _ => 0xFF,
        });
    }
}

fn niches(run: &mut Run) {
    #[inline(never)]
    fn question(depth: u32, value: Option<Option<bool>>) -> Result<u32, Option<NonZeroU32>> {
        let flag = value.ok_or(NonZeroU32::new(depth))?.ok_or(None)?;
        Ok(depth * 2 + u32::from(flag))
    }
    let Run { inputs, hash } = run;
    for _ in 0..200 {
        let value = match inputs.below(4) {
            0 => None,
            1 => Some(None),
            2 => Some(Some(false)),
            _ => Some(Some(true)),
        };
        match question(inputs.below(3), black_box(value)) {
            Ok(n) => hash.put(n),
            Err(n) => hash.maybe(n.map(NonZeroU32::get)),
        }
        hash.maybe(char::from_u32(inputs.value::<u32>() % 0x12_0000).filter(char::is_ascii));
        hash.put(black_box(value) < Some(Some(true)));
    }
}

pub(crate) const GROUPS: &[Group] = &[
    group!("enums/machine", machine),
    group!("enums/jump-tables", jump_tables),
    group!("enums/niches", niches),
];
