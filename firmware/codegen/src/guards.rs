//! Operations that trap, behind tests that keep them from it.
//!
//! A compiler that takes such an operation for harmless moves it before its test.

use core::hint::black_box;

use crate::Group;
use crate::group::{Run, group};

macro_rules! guarded {
    ($($name:ident $int:ident)*) => {$(
        /// Neither the divisor nor the test of it changes within the loop, and
        /// there are registers left: all that it takes to move the division.
        #[inline(never)]
        fn $name(a: $int, b: $int, divisor: $int, rounds: u32) -> u32 {
            let mut sum = 0u32;
            for round in 0..rounds {
                if divisor != 0 {
                    sum ^= a.wrapping_div(divisor) as u32;
                }
                sum = black_box(sum.rotate_left(3)).wrapping_add(round);
            }
            for round in 0..rounds {
                if divisor != 0 {
                    sum ^= b.wrapping_rem(divisor) as u32;
                }
                sum = black_box(sum.rotate_left(5)).wrapping_sub(round);
            }
            sum
        }
    )*};
}

guarded! {
    unsigned_8 u8 unsigned_16 u16 unsigned_32 u32 unsigned_64 u64
    signed_8 i8 signed_16 i16 signed_32 i32 signed_64 i64
}

fn division(run: &mut Run) {
    let Run { inputs, hash } = run;
    macro_rules! check {
        ($($name:ident $int:ident)*) => {$(
            for divisor in black_box([0 as $int, 1, 7, 0, $int::MAX]) {
                let (a, b) = (inputs.value::<$int>() / 2, inputs.value::<$int>() / 2);
                hash.put($name(a, b, divisor, black_box(6)));
            }
        )*};
    }
    check! {
        unsigned_8 u8 unsigned_16 u16 unsigned_32 u32 unsigned_64 u64
        signed_8 i8 signed_16 i16 signed_32 i32 signed_64 i64
    }
}

/// Loads through pointers that may be absent.
fn loads(run: &mut Run) {
    let Run { inputs, hash } = run;
    let words: [u32; 4] = core::array::from_fn(|_| inputs.next() as u32);
    for word in black_box([None, Some(&words[1]), None, Some(&words[3])]) {
        for round in 0..black_box(5u32) {
            if let Some(word) = word {
                hash.put(*word ^ round);
            }
            hash.put(round);
        }
    }
}

pub(crate) const GROUPS: &[Group] = &[
    group!("guards/division", division),
    group!("guards/loads", loads),
];
