//! Arithmetic, division, shifts and saturation of every integer width.

use crate::Group;
use crate::group::{Run, group};

/// Random pairs per group, besides the pairs of edge values.
const PAIRS: u32 = 160;

macro_rules! integer {
    ($int:ident: $arithmetic:ident $divide:ident $shift:ident $saturate:ident, $($sign:ident)*) => {
        fn $arithmetic(run: &mut Run) {
            let Run { inputs, hash } = run;
            inputs.pairs::<$int>(PAIRS, |a, b| {
                hash.put(a.wrapping_add(b));
                hash.put(a.wrapping_sub(b));
                hash.put(a.wrapping_mul(b));
                hash.put(a.wrapping_neg());
                hash.flagged(a.overflowing_add(b));
                hash.flagged(a.overflowing_sub(b));
                hash.flagged(a.overflowing_mul(b));
                hash.maybe(a.checked_add(b));
                hash.maybe(a.checked_sub(b));
                hash.maybe(a.checked_mul(b));
                hash.put((a & b) ^ (a | !b));
                hash.put(a.cmp(&b));
                hash.put(a.abs_diff(b));
                hash.put(a.midpoint(b));
            });
        }

        fn $divide(run: &mut Run) {
            let Run { inputs, hash } = run;
            inputs.pairs::<$int>(PAIRS / 2, |a, b| {
                hash.maybe(a.checked_div(b));
                hash.maybe(a.checked_rem(b));
                hash.maybe(a.checked_div_euclid(b));
                hash.maybe(a.checked_rem_euclid(b));
                if b != 0 {
                    hash.flagged(a.overflowing_div(b));
                    hash.flagged(a.overflowing_rem(b));
                }
                // Division by constants is made of multiplications and shifts.
                hash.put(a / 3);
                hash.put(a % 7);
                hash.put(a / 10);
                hash.put(a % 64);
                hash.put(a / 100);
                hash.put(a % 97);
            });
        }

        fn $shift(run: &mut Run) {
            let Run { inputs, hash } = run;
            inputs.values::<$int>(PAIRS, |a| {
                hash.put(a.leading_zeros());
                hash.put(a.trailing_zeros());
                hash.put(a.count_ones());
                hash.put(a.leading_ones());
                hash.put(a.swap_bytes());
                hash.put(a.reverse_bits());
                hash.put(a << 1 | a >> 1);
                hash.put(a << ($int::BITS - 1));
                hash.put(a >> ($int::BITS - 1));
                hash.put(a.rotate_left(5));
            });
            inputs.pairs::<$int>(PAIRS, |a, b| {
                let by = b as u32 % (2 * $int::BITS);
                hash.put(a.wrapping_shl(by));
                hash.put(a.wrapping_shr(by));
                hash.maybe(a.checked_shl(by));
                hash.flagged(a.overflowing_shr(by));
                hash.put(a.rotate_left(by));
                hash.put(a.rotate_right(by));
            });
        }

        fn $saturate(run: &mut Run) {
            let Run { inputs, hash } = run;
            inputs.pairs::<$int>(PAIRS, |a, b| {
                hash.put(a.saturating_add(b));
                hash.put(a.saturating_sub(b));
                hash.put(a.saturating_mul(b));
                hash.put(a.min(b));
                hash.put(a.max(b));
                let (low, high) = (a.min(b), a.max(b));
                hash.put((a ^ b).clamp(low, high));
                hash.put(a.wrapping_pow(b as u32 % 9));
                hash.put(a.saturating_pow(b as u32 % 5));
                hash.put(if a < b { a } else { b.wrapping_add(1) });
                $(integer!(@$sign hash a b);)*
            });
        }
    };
    (@signed $hash:ident $a:ident $b:ident) => {
        $hash.put($a.wrapping_abs());
        $hash.put($a.unsigned_abs());
        $hash.put($a.signum());
        $hash.put($a.saturating_neg());
        $hash.put($a.is_negative());
    };
    (@unsigned $hash:ident $a:ident $b:ident) => {
        $hash.maybe($a.checked_next_power_of_two());
        $hash.put($a.is_power_of_two());
        $hash.put($a.isqrt());
    };
}

integer! { u8: u8_arithmetic u8_divide u8_shift u8_saturate, unsigned }
integer! { i8: i8_arithmetic i8_divide i8_shift i8_saturate, signed }
integer! { u16: u16_arithmetic u16_divide u16_shift u16_saturate, unsigned }
integer! { i16: i16_arithmetic i16_divide i16_shift i16_saturate, signed }
integer! { u32: u32_arithmetic u32_divide u32_shift u32_saturate, unsigned }
integer! { i32: i32_arithmetic i32_divide i32_shift i32_saturate, signed }
integer! { u64: u64_arithmetic u64_divide u64_shift u64_saturate, unsigned }
integer! { i64: i64_arithmetic i64_divide i64_shift i64_saturate, signed }
integer! { u128: u128_arithmetic u128_divide u128_shift u128_saturate, }
integer! { i128: i128_arithmetic i128_divide i128_shift i128_saturate, signed }

pub(crate) const GROUPS: &[Group] = &[
    group!("u8/arithmetic", u8_arithmetic),
    group!("u8/divide", u8_divide),
    group!("u8/shift", u8_shift),
    group!("u8/saturate", u8_saturate),
    group!("i8/arithmetic", i8_arithmetic),
    group!("i8/divide", i8_divide),
    group!("i8/shift", i8_shift),
    group!("i8/saturate", i8_saturate),
    group!("u16/arithmetic", u16_arithmetic),
    group!("u16/divide", u16_divide),
    group!("u16/shift", u16_shift),
    group!("u16/saturate", u16_saturate),
    group!("i16/arithmetic", i16_arithmetic),
    group!("i16/divide", i16_divide),
    group!("i16/shift", i16_shift),
    group!("i16/saturate", i16_saturate),
    group!("u32/arithmetic", u32_arithmetic),
    group!("u32/divide", u32_divide),
    group!("u32/shift", u32_shift),
    group!("u32/saturate", u32_saturate),
    group!("i32/arithmetic", i32_arithmetic),
    group!("i32/divide", i32_divide),
    group!("i32/shift", i32_shift),
    group!("i32/saturate", i32_saturate),
    group!("u64/arithmetic", u64_arithmetic),
    group!("u64/divide", u64_divide),
    group!("u64/shift", u64_shift),
    group!("u64/saturate", u64_saturate),
    group!("i64/arithmetic", i64_arithmetic),
    group!("i64/divide", i64_divide),
    group!("i64/shift", i64_shift),
    group!("i64/saturate", i64_saturate),
    group!("u128/arithmetic", u128_arithmetic),
    group!("u128/divide", u128_divide),
    group!("u128/shift", u128_shift),
    group!("u128/saturate", u128_saturate),
    group!("i128/arithmetic", i128_arithmetic),
    group!("i128/divide", i128_divide),
    group!("i128/shift", i128_shift),
    group!("i128/saturate", i128_saturate),
];
