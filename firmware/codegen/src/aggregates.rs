//! Structures by value, of every size, in both calling conventions.

use core::hint::black_box;

use crate::Group;
use crate::group::{Run, group};

macro_rules! by_value {
    ($($module:ident $abi:literal $size:literal)*) => {$(
        mod $module {
            use super::*;

            #[derive(Clone, Copy)]
            #[repr(C)]
            pub struct Bytes(pub [u8; $size]);

            #[inline(never)]
            pub extern $abi fn turn(value: Bytes, by: u32) -> Bytes {
                let mut value = value;
                value.0.rotate_left((by & 0xFF) as usize * $size / 0x100);
                value.0[0] ^= by as u8;
                value
            }

            #[inline(never)]
            pub extern $abi fn merge(before: u8, a: Bytes, middle: u64, b: Bytes, after: i16) -> Bytes {
                let mut merged = a;
                for (x, y) in merged.0.iter_mut().zip(b.0) {
                    *x = x.wrapping_mul(3).wrapping_add(y) ^ before;
                }
                merged.0[$size - 1] ^= (middle >> 40) as u8 ^ after as u8;
                merged
            }

            pub fn run(run: &mut Run) {
                let (mut a, mut b) = (Bytes([0; $size]), Bytes([0; $size]));
                run.inputs.fill(&mut a.0);
                run.inputs.fill(&mut b.0);
                let turn: extern $abi fn(Bytes, u32) -> Bytes = black_box(turn);
                for _ in 0..12 {
                    let word = run.inputs.next();
                    a = turn(a, word as u32);
                    b = merge(word as u8, a, word, b, (word >> 16) as i16);
                    run.hash.bytes(&a.0);
                    run.hash.bytes(&b.0);
                }
            }
        }
    )*};
}

by_value! {
    rust_1 "Rust" 1 rust_3 "Rust" 3 rust_4 "Rust" 4 rust_8 "Rust" 8 rust_12 "Rust" 12 rust_16 "Rust" 16
    rust_20 "Rust" 20 rust_24 "Rust" 24 rust_40 "Rust" 40
    c_1 "C" 1 c_3 "C" 3 c_4 "C" 4 c_8 "C" 8 c_12 "C" 12 c_16 "C" 16 c_20 "C" 20 c_24 "C" 24 c_40 "C" 40
}

fn rust_bytes(run: &mut Run) {
    for test in [
        rust_1::run,
        rust_3::run,
        rust_4::run,
        rust_8::run,
        rust_12::run,
        rust_16::run,
        rust_20::run,
        rust_24::run,
        rust_40::run,
    ] {
        test(run);
    }
}

fn c_bytes(run: &mut Run) {
    for test in [
        c_1::run,
        c_3::run,
        c_4::run,
        c_8::run,
        c_12::run,
        c_16::run,
        c_20::run,
        c_24::run,
        c_40::run,
    ] {
        test(run);
    }
}

#[derive(Clone, Copy)]
#[repr(C)]
struct Mixed {
    flag: bool,
    gain: f32,
    id: u64,
    level: f64,
    kind: u16,
}

#[inline(never)]
extern "C" fn change(mixed: Mixed, scale: f32, offset: f64) -> Mixed {
    Mixed {
        flag: !mixed.flag,
        gain: mixed.gain * scale,
        id: mixed.id.wrapping_mul(0x1_0000_0001),
        level: mixed.level - offset,
        kind: mixed.kind.swap_bytes(),
    }
}

#[inline(never)]
fn split(mixed: &Mixed) -> (u64, f32, Option<f64>, [u16; 3]) {
    let level = (mixed.level < 0.0).then_some(mixed.level);
    (
        mixed.id >> 3,
        mixed.gain,
        level,
        [mixed.kind, mixed.kind / 2, mixed.kind % 3],
    )
}

fn mixed(run: &mut Run) {
    let Run { inputs, hash } = run;
    let change: extern "C" fn(Mixed, f32, f64) -> Mixed = black_box(change);
    let mut value = Mixed {
        flag: true,
        gain: 1.0,
        id: inputs.next(),
        level: 0.5,
        kind: 0x1234,
    };
    for _ in 0..100 {
        value = change(
            value,
            f32::from(inputs.value::<i8>()) / 16.0,
            f64::from(inputs.value::<i16>()),
        );
        if !(1e-20..1e20).contains(&value.gain.abs()) {
            value.gain = 1.0;
        }
        let (id, gain, level, kinds) = split(black_box(&value));
        hash.put(value.flag);
        hash.put(id);
        hash.put(gain);
        hash.maybe(level);
        hash.put(kinds[1] ^ kinds[2]);
    }
}

pub(crate) const GROUPS: &[Group] = &[
    group!("aggregates/rust", rust_bytes),
    group!("aggregates/c", c_bytes),
    group!("aggregates/mixed", mixed),
];
