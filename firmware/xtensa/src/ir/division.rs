//! Division by zero that the program never asks for.
//!
//! QUOU, QUOS, REMU and REMS raise an exception when they divide by zero, but
//! LLVM 22 believes that they have no such effect: its machine-level loop pass
//! moves a division out of a loop and away from the test that guards it. (IR
//! passes know better, so the optimised program is still right.) Every divisor
//! that is not a constant is made at least one, by one MAXU: where the program
//! divides, that changes nothing, and elsewhere the result is not used.

use std::fmt::Write;

const OPERATIONS: [&str; 4] = ["udiv", "sdiv", "urem", "srem"];

/// Widths of the divisions that become an instruction; wider ones are calls.
const TYPES: [&str; 3] = ["i8", "i16", "i32"];

/// Makes every division of the module safe to move.
pub fn make_movable(lines: &mut Vec<String>) {
    let mut used = [false; TYPES.len()];
    for line in lines.iter_mut() {
        if let Some((ty, safe)) = rewrite(line) {
            used[ty] = true;
            *line = safe;
        }
    }
    for (ty, used) in TYPES.iter().zip(used) {
        let declared =
            |line: &String| line.starts_with("declare ") && line.contains(&format!(".umax.{ty}("));
        if used && !lines.iter().any(declared) {
            lines.push(format!("declare {ty} @llvm.umax.{ty}({ty}, {ty})"));
        }
    }
}

/// The index of the type and the lines that take the place of a division.
fn rewrite(line: &str) -> Option<(usize, String)> {
    let (result, instruction) = line.strip_prefix("  ")?.split_once(" = ")?;
    let (operation, rest) = instruction.split_once(' ')?;
    if !OPERATIONS.contains(&operation) {
        return None;
    }
    let rest = rest
        .strip_prefix("exact ")
        .map_or((" ", rest), |rest| (" exact ", rest));
    let (exact, (ty, operands)) = (rest.0, rest.1.split_once(' ')?);
    let index = TYPES.iter().position(|known| *known == ty)?;
    let (dividend, divisor) = operands.split_once(", ")?;
    let (divisor, metadata) = match divisor.split_once(", !") {
        Some((divisor, metadata)) => (divisor, format!(", !{metadata}")),
        None => (divisor, String::new()),
    };
    if !divisor.starts_with('%') {
        return None;
    }
    let name = result.trim_start_matches('%').trim_matches('"');
    let safe = format!("%\"acelab.divisor.{name}\"");
    let mut text = String::new();
    // A call in a function with debug information needs a location of its own.
    writeln!(
        text,
        "  {safe} = call {ty} @llvm.umax.{ty}({ty} {divisor}, {ty} 1){metadata}"
    )
    .ok()?;
    write!(
        text,
        "  {result} = {operation}{exact}{ty} {dividend}, {safe}{metadata}"
    )
    .ok()?;
    Some((index, text))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::function;
    use super::*;

    #[test]
    fn divisors_become_at_least_one() {
        let mut lines = function::lines(
            "define i32 @f(i32 %a, i8 %b) {\n  %q = udiv i32 %a, %n, !dbg !5\n  \
             %4 = srem i8 %3, %b\n  %5 = sdiv exact i32 -7, %\"a b\"\n  %6 = udiv i32 %a, 10\n  \
             %7 = udiv i64 %x, %y\n  ret i32 %q\n}\ndeclare i8 @llvm.umax.i8(i8, i8) #3",
        );
        make_movable(&mut lines);
        expect![[r#"
            define i32 @f(i32 %a, i8 %b) {
              %"acelab.divisor.q" = call i32 @llvm.umax.i32(i32 %n, i32 1), !dbg !5
              %q = udiv i32 %a, %"acelab.divisor.q", !dbg !5
              %"acelab.divisor.4" = call i8 @llvm.umax.i8(i8 %b, i8 1)
              %4 = srem i8 %3, %"acelab.divisor.4"
              %"acelab.divisor.5" = call i32 @llvm.umax.i32(i32 %"a b", i32 1)
              %5 = sdiv exact i32 -7, %"acelab.divisor.5"
              %6 = udiv i32 %a, 10
              %7 = udiv i64 %x, %y
              ret i32 %q
            }
            declare i8 @llvm.umax.i8(i8, i8) #3
            declare i32 @llvm.umax.i32(i32, i32)
        "#]]
        .assert_eq(&function::text(&lines));
    }
}
