//! The formatting machinery itself.

use core::fmt;

use crate::Group;
use crate::group::{Run, group};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Dot,
    Line(i16),
    Box { width: u8, height: u32 },
}

#[derive(Debug)]
#[expect(dead_code, reason = "only its Debug form is looked at")]
struct Scene<'a> {
    name: &'a str,
    shapes: &'a [Shape],
    scale: Option<(u8, char)>,
}

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0 {
            write!(f, "{byte:02x}")?;
        }
        f.pad("!")
    }
}

fn padding(run: &mut Run) {
    let Run { inputs, hash } = run;
    for _ in 0..30 {
        let value = inputs.value::<i32>();
        let width = inputs.below(20) as usize;
        let precision = inputs.below(5) as usize;
        hash.text(format_args!(
            "{value:width$}|{value:<width$}|{value:^+width$}|{value:*>width$}"
        ));
        hash.text(format_args!(
            "{value:#010x}|{value:#b}|{value:o}|{value:#X}"
        ));
        hash.text(format_args!(
            "{:.precision$}|{:>width$.precision$}|",
            "grüße", "àéî"
        ));
    }
}

fn derived(run: &mut Run) {
    let Run { inputs, hash } = run;
    for _ in 0..20 {
        let shapes = [
            Shape::Dot,
            Shape::Line(inputs.value()),
            Shape::Box {
                width: inputs.value(),
                height: inputs.value(),
            },
        ];
        let count = inputs.below(4) as usize;
        let scale = inputs.bool().then(|| (inputs.value(), '\u{e9}'));
        let scene = Scene {
            name: "a\tb\"\u{7}",
            shapes: &shapes[..count],
            scale,
        };
        hash.text(format_args!("{scene:?}"));
        hash.text(format_args!("{scene:#?}"));
    }
}

fn nested(run: &mut Run) {
    let Run { inputs, hash } = run;
    for _ in 0..20 {
        let mut bytes = [0; 12];
        inputs.fill(&mut bytes);
        let hex = Hex(&bytes);
        hash.text(format_args!(
            "{hex}|{hex:>8}|{:?}|{:?}",
            &bytes[..3],
            inputs.value::<u8>() as char
        ));
        hash.text(format_args!(
            "{0:1$} {3:.2$} {name}",
            7,
            5,
            2,
            "text",
            name = bytes[0]
        ));
    }
}

pub(crate) const GROUPS: &[Group] = &[
    group!("fmt/padding", padding),
    group!("fmt/derived", derived),
    group!("fmt/nested", nested),
];
