//! Floating-point numbers from and to everything else.

use crate::Group;
use crate::group::{Run, group};

macro_rules! from_float {
    ($name:ident $float:ident) => {
        fn $name(run: &mut Run) {
            let Run { inputs, hash } = run;
            inputs.values::<$float>(150, |a| {
                hash.put(a as u8);
                hash.put(a as i8);
                hash.put(a as u16);
                hash.put(a as i16);
                hash.put(a as u32);
                hash.put(a as i32);
                hash.put(a as u64);
                hash.put(a as i64);
                hash.put(a as u128);
                hash.put(a as i128);
                hash.put(a as f32);
                hash.put(a as f64);
                if !a.is_nan() {
                    hash.bytes(&a.to_le_bytes());
                    hash.put($float::from_bits(a.to_bits() ^ 1));
                }
            });
        }
    };
}

macro_rules! to_float {
    ($name:ident, $($int:ident)*) => {
        fn $name(run: &mut Run) {
            let Run { inputs, hash } = run;
            $(inputs.values::<$int>(60, |a| {
                hash.put(a as f32);
                hash.put(a as f64);
            });)*
        }
    };
}

from_float! { from_f32 f32 }
from_float! { from_f64 f64 }
to_float! { to_narrow, u8 i8 u16 i16 u32 i32 }
to_float! { to_wide, u64 i64 u128 i128 }

/// Halves between two neighbours: rounding to nearest, ties to even.
fn rounding(run: &mut Run) {
    let Run { inputs, hash } = run;
    for _ in 0..200 {
        let whole = (inputs.next() as u32 | 0x8000_0000) & !0xFF;
        for low in [0x00u32, 0x7F, 0x80, 0x81, 0xFF] {
            hash.put((whole | low) as f32);
            hash.put(f64::from(whole | low) as f32);
        }
        hash.put((f64::from_bits(inputs.next() >> 2) * 0.5) as f32);
    }
}

pub(crate) const GROUPS: &[Group] = &[
    group!("f32/convert", from_f32),
    group!("f64/convert", from_f64),
    group!("floats/from-narrow", to_narrow),
    group!("floats/from-wide", to_wide),
    group!("floats/rounding", rounding),
];
