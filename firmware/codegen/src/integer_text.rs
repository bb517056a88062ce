//! Integers to text and back.

use core::fmt::Write;

use crate::Group;
use crate::group::{Run, group};
use crate::text::Buffer;

macro_rules! text {
    ($($name:ident $int:ident)*) => {$(
        fn $name(run: &mut Run) {
            let Run { inputs, hash } = run;
            inputs.values::<$int>(40, |a| {
                hash.text(format_args!("{a}|{a:>+9}|{a:#x}|{a:010}|{a:b}"));
                let mut buffer = Buffer::<64>::new();
                hash.put(write!(buffer, "{a}").is_ok());
                hash.put(buffer.as_str().parse::<$int>() == Ok(a));
                // One digit more: an overflow for the large ones.
                hash.put(write!(buffer, "5").is_ok());
                hash.maybe(buffer.as_str().parse::<$int>().ok());
                hash.maybe($int::from_str_radix(buffer.as_str(), 16).ok());
            });
            for bad in core::hint::black_box(["", "-", "+", "1_000", "0x1", " 1", "256", "-129"]) {
                hash.maybe(bad.parse::<$int>().ok());
            }
        }
    )*};
}

text! {
    u8_text u8 i8_text i8 u16_text u16 i16_text i16 u32_text u32 i32_text i32 u64_text u64
    i64_text i64 u128_text u128 i128_text i128
}

pub(crate) const GROUPS: &[Group] = &[
    group!("u8/text", u8_text),
    group!("i8/text", i8_text),
    group!("u16/text", u16_text),
    group!("i16/text", i16_text),
    group!("u32/text", u32_text),
    group!("i32/text", i32_text),
    group!("u64/text", u64_text),
    group!("i64/text", i64_text),
    group!("u128/text", u128_text),
    group!("i128/text", i128_text),
];
