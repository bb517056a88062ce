//! 128-bit division.
//!
//! LLVM calls `__udivti3` and its kin with both operands as a list of words:
//! the first four in a2–a5, the next two in a6 and a7, the last two on the
//! stack. `compiler_builtins` expects the whole second operand on the stack.
//! Its functions are renamed, and functions that take the words as LLVM passes
//! them are added under the old names.

use super::function::defined_symbol;

/// The functions at which LLVM and `compiler_builtins` disagree.
pub const FUNCTIONS: [&str; 4] = ["__divti3", "__modti3", "__udivti3", "__umodti3"];

/// Puts adapters before the functions that `lines` define; the symbol of a
/// function that does not look as expected is the error.
pub fn adapt(lines: &mut Vec<String>) -> Result<(), &'static str> {
    for symbol in FUNCTIONS {
        let Some(define) = lines
            .iter()
            .position(|line| defined_symbol(line) == Some(symbol))
        else {
            continue;
        };
        if !has_known_signature(&lines[define]) {
            return Err(symbol);
        }
        let renamed = format!("@__rust{symbol}(");
        for line in lines.iter_mut() {
            *line = line.replace(&format!("@{symbol}("), &renamed);
        }
        lines.extend(adapter(symbol, &renamed).lines().map(str::to_owned));
    }
    Ok(())
}

/// First operand by value, second in memory at the end of the argument list.
fn has_known_signature(define: &str) -> bool {
    let Some((head, arguments)) = define.split_once('(') else {
        return false;
    };
    let Some((first, second)) = arguments.split_once("%0, ") else {
        return false;
    };
    head.contains(" i128 @")
        && first.starts_with("i128 ")
        && second.starts_with("ptr ")
        && second.contains("byval([16 x i8]) align 8")
        && second.contains("%1)")
}

fn adapter(symbol: &str, renamed: &str) -> String {
    format!(
        "define i128 @{symbol}(i128 %n, i32 %d0, i32 %d1, i32 %d2, i32 %d3) nounwind optsize {{
  %d = alloca [16 x i8], align 8
  %p1 = getelementptr i8, ptr %d, i32 4
  %p2 = getelementptr i8, ptr %d, i32 8
  %p3 = getelementptr i8, ptr %d, i32 12
  store i32 %d0, ptr %d, align 8
  store i32 %d1, ptr %p1, align 4
  store i32 %d2, ptr %p2, align 8
  store i32 %d3, ptr %p3, align 4
  %r = call i128 {renamed}i128 %n, ptr byval([16 x i8]) align 8 %d)
  ret i128 %r
}}
"
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::function;
    use super::*;

    #[test]
    fn a_definition_gets_an_adapter_and_calls_follow_the_new_name() {
        let mut lines = function::lines(
            "define weak hidden noundef i128 @__udivti3(i128 noundef %0, ptr noalias noundef \
             byval([16 x i8]) align 8 captures(address) dereferenceable(16) %1) #20 {\n  \
             ret i128 0\n}\n\
             define i128 @caller(i128 %0, ptr %1) {\n  \
             %3 = call i128 @__udivti3(i128 %0, ptr byval([16 x i8]) align 8 %1)\n}",
        );
        assert_eq!(adapt(&mut lines), Ok(()));
        expect![[r#"
            define weak hidden noundef i128 @__rust__udivti3(i128 noundef %0, ptr noalias noundef byval([16 x i8]) align 8 captures(address) dereferenceable(16) %1) #20 {
              ret i128 0
            }
            define i128 @caller(i128 %0, ptr %1) {
              %3 = call i128 @__rust__udivti3(i128 %0, ptr byval([16 x i8]) align 8 %1)
            }
            define i128 @__udivti3(i128 %n, i32 %d0, i32 %d1, i32 %d2, i32 %d3) nounwind optsize {
              %d = alloca [16 x i8], align 8
              %p1 = getelementptr i8, ptr %d, i32 4
              %p2 = getelementptr i8, ptr %d, i32 8
              %p3 = getelementptr i8, ptr %d, i32 12
              store i32 %d0, ptr %d, align 8
              store i32 %d1, ptr %p1, align 4
              store i32 %d2, ptr %p2, align 8
              store i32 %d3, ptr %p3, align 4
              %r = call i128 @__rust__udivti3(i128 %n, ptr byval([16 x i8]) align 8 %d)
              ret i128 %r
            }
        "#]]
        .assert_eq(&function::text(&lines));
    }

    #[test]
    fn another_signature_is_refused() {
        let mut lines =
            function::lines("define i128 @__modti3(i128 noundef %0, i128 noundef %1) {\n}\n");
        assert_eq!(adapt(&mut lines), Err("__modti3"));
    }
}
