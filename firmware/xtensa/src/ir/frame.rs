//! Stack frames that LLVM cannot finish.
//!
//! S32I reaches 1020 bytes from the stack pointer, but LLVM 22 sets an
//! emergency spill slot aside only when it expects a frame of more than 2047
//! bytes. In between it may run out of registers and stop ("Cannot scavenge
//! register without an emergency spill slot"). A frame made larger gets its slot.

use super::function::{self, Function};

/// Bytes that bring any frame of the dangerous size above the limit
/// (measured: pads of up to 800 fail, from 900 they help).
pub const PAD: u32 = 1100;

/// Makes the frame of `symbol` larger by [`PAD`]. False where there is no such function.
pub fn pad(lines: &mut Vec<String>, symbol: &str) -> bool {
    let Some(Function { define, .. }) = function::find(lines, symbol) else {
        return false;
    };
    let entry = define + 1 + usize::from(is_label(&lines[define + 1]));
    // The volatile store keeps the array from being optimised away.
    lines.splice(
        entry..entry,
        [
            format!("  %acelab.frame.pad = alloca [{PAD} x i8], align 4"),
            "  store volatile i8 0, ptr %acelab.frame.pad, align 4".to_owned(),
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
        expect![[r#"
            define void @f() {
            start:                       ; no predecessors
              %acelab.frame.pad = alloca [1100 x i8], align 4
              store volatile i8 0, ptr %acelab.frame.pad, align 4
              ret void
            }
            define void @g() {
              %acelab.frame.pad = alloca [1100 x i8], align 4
              store volatile i8 0, ptr %acelab.frame.pad, align 4
              ret void
            }
        "#]]
        .assert_eq(&function::text(&lines));
        assert!(!pad(&mut lines, "h"));
    }
}
