//! Floating-point numbers to text and back.

use core::fmt::Write;
use core::hint::black_box;

use crate::Group;
use crate::group::{Run, group};
use crate::text::Buffer;

macro_rules! text {
    ($format:ident $parse:ident $float:ident) => {
        fn $format(run: &mut Run) {
            let Run { inputs, hash } = run;
            inputs.values::<$float>(12, |a| {
                hash.text(format_args!("{a:e}|{a:?}"));
                if a.abs() < 1e15 {
                    hash.text(format_args!("{a:.3}|{a:+9.1}"));
                }
            });
        }

        fn $parse(run: &mut Run) {
            let Run { inputs, hash } = run;
            inputs.values::<$float>(16, |a| {
                let mut buffer = Buffer::<64>::new();
                hash.put(write!(buffer, "{a:e}").is_ok());
                let back = buffer.as_str().parse::<$float>();
                hash.maybe(back.as_ref().ok().copied());
                hash.put(a.is_nan() || back == Ok(a));
            });
            let texts = [
                "1",
                "-0",
                ".5",
                "1e400",
                "1e-400",
                "",
                "1e",
                "nan",
                "-inf",
                "123456789.125",
                "0.1",
                "9007199254740993",
                "2.2250738585072011e-308",
                "1.00000017881393432617187499",
            ];
            for text in black_box(texts) {
                hash.maybe(text.parse::<$float>().ok());
            }
        }
    };
}

text! { format_f32 parse_f32 f32 }
text! { format_f64 parse_f64 f64 }

pub(crate) const GROUPS: &[Group] = &[
    group!("f32/format", format_f32),
    group!("f32/parse", parse_f32),
    group!("f64/format", format_f64),
    group!("f64/parse", parse_f64),
];
