//! Conversions between integers, chars and bools.

use crate::Group;
use crate::group::{Run, group};

macro_rules! casts {
    ($name:ident, $($from:ident)*) => {
        fn $name(run: &mut Run) {
            let Run { inputs, hash } = run;
            $(inputs.values::<$from>(60, |a| {
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
                hash.maybe(u8::try_from(a).ok());
                hash.maybe(i16::try_from(a).ok());
                hash.maybe(u32::try_from(a).ok());
                hash.maybe(i64::try_from(a).ok());
                hash.put(a != 0);
            });)*
        }
    };
}

casts! { narrow, u8 i8 u16 i16 }
casts! { wide, u32 i32 u64 i64 }
casts! { widest, u128 i128 }

fn chars(run: &mut Run) {
    let Run { inputs, hash } = run;
    inputs.values::<u32>(200, |a| {
        hash.maybe(char::from_u32(a));
        hash.maybe(char::from_digit(a % 40, 36));
        hash.put(a as u8 as char);
        hash.put(u32::from(a % 3 == 1));
    });
}

/// Multiplications whose operands are narrower than their result.
fn widening(run: &mut Run) {
    let Run { inputs, hash } = run;
    inputs.pairs::<u32>(150, |a, b| hash.put(u64::from(a) * u64::from(b)));
    inputs.pairs::<i32>(150, |a, b| {
        hash.put(i64::from(a) * i64::from(b));
        hash.put((i64::from(a) * i64::from(b)) >> 31);
        hash.put(((i64::from(a) * i64::from(b)) >> 32) as i32);
    });
    inputs.pairs::<i16>(150, |a, b| hash.put(i32::from(a) * i32::from(b)));
    inputs.pairs::<u64>(150, |a, b| {
        hash.put(u128::from(a) * u128::from(b));
        hash.put(((u128::from(a) * u128::from(b)) >> 64) as u64);
    });
    inputs.pairs::<i64>(150, |a, b| hash.put(i128::from(a) * i128::from(b)));
}

pub(crate) const GROUPS: &[Group] = &[
    group!("casts/narrow", narrow),
    group!("casts/wide", wide),
    group!("casts/widest", widest),
    group!("casts/chars", chars),
    group!("casts/widening", widening),
];
