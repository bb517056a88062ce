//! Stack frames that LLVM cannot finish.
//!
//! S32I reaches 1020 bytes from the stack pointer and S8I 255, but LLVM 22 sets
//! an emergency spill slot aside only when it expects a frame of more than 2047
//! bytes. In between it may run out of registers and stop ("Cannot scavenge
//! register without an emergency spill slot"). A frame made larger gets its slot.

use super::function::{self, Function};

/// Bytes of one pad. One brings any frame of more than 1020 bytes above the
/// limit (measured: 800 are too few, 900 suffice), two bring any frame there.
pub const PAD: u32 = 1100;

/// How often a function may be padded.
pub const MOST_PADS: usize = 2;

/// Makes the frame of `symbol` larger by [`PAD`]. False where there is no such
/// function or it has [`MOST_PADS`] already.
pub fn pad(lines: &mut Vec<String>, symbol: &str) -> bool {
    let Some(Function { define, end }) = function::find(lines, symbol) else {
        return false;
    };
    let is_pad = |line: &&String| line.starts_with("  %acelab.frame.pad.");
    let number = lines[define..end].iter().filter(is_pad).count();
    if number == MOST_PADS {
        return false;
    }
    let entry = define + 1 + usize::from(is_label(&lines[define + 1]));
    // The volatile store keeps the array from being optimised away.
    lines.splice(
        entry..entry,
        [
            format!("  %acelab.frame.pad.{number} = alloca [{PAD} x i8], align 4"),
            format!("  store volatile i8 0, ptr %acelab.frame.pad.{number}, align 4"),
        ],
    );
    true
}

fn is_label(line: &str) -> bool {
    let code = line.split(';').next().unwrap_or(line).trim_end();
    !line.starts_with(' ') && code.ends_with(':')
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn the_pad_goes_into_the_entry_block() {
        let mut lines = function::lines(
            "define void @f() {\nstart:                       ; no predecessors\n  ret void\n}\n\
             define void @g() {\n  ret void\n}\n",
        );
        assert!(pad(&mut lines, "f"));
        assert!(pad(&mut lines, "g"));
        assert!(pad(&mut lines, "g"));
        expect![[r#"
            define void @f() {
            start:                       ; no predecessors
              %acelab.frame.pad.0 = alloca [1100 x i8], align 4
              store volatile i8 0, ptr %acelab.frame.pad.0, align 4
              ret void
            }
            define void @g() {
              %acelab.frame.pad.1 = alloca [1100 x i8], align 4
              store volatile i8 0, ptr %acelab.frame.pad.1, align 4
              %acelab.frame.pad.0 = alloca [1100 x i8], align 4
              store volatile i8 0, ptr %acelab.frame.pad.0, align 4
              ret void
            }
        "#]]
        .assert_eq(&function::text(&lines));
        assert!(!pad(&mut lines, "g"), "two are enough");
        assert!(!pad(&mut lines, "h"), "there is no h");
    }
}
