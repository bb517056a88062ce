//! Repairs of the assembly that LLVM prints for Xtensa.
//!
//! LLVM prints the literals of a function (`.literal_position`, `.literal`)
//! before it switches to the function's section, so they would end up in the
//! section of the function before. [`repair`] moves each group behind the
//! switch. It also creates the literal section before the text section: the
//! linker keeps that order, and L32R can reach backwards only.

use std::fmt::Write;

/// Functions of `compiler_builtins` whose second operand is wider than what is
/// left of the argument registers: LLVM splits it, `compiler_builtins` expects
/// it on the stack. 128-bit division has adapters (see
/// [`crate::ir::wide_division`]); these have none, because LLVM was never seen
/// to call them for integers, and 128-bit floats have no place in firmware.
const REFUSED_CALLS: [&str; 13] = [
    "__addtf3",
    "__divtf3",
    "__eqtf2",
    "__getf2",
    "__gttf2",
    "__letf2",
    "__lttf2",
    "__muloti4",
    "__multf3",
    "__multi3",
    "__netf2",
    "__subtf3",
    "__unordtf2",
];

/// The repaired text, or what about it was not understood.
pub fn repair(asm: &str) -> Result<String, String> {
    let mut out = String::with_capacity(asm.len() + asm.len() / 8);
    let mut literals: Vec<&str> = Vec::new();
    let mut section: Option<&str> = None;
    for (index, line) in asm.lines().enumerate() {
        let statement = line.trim();
        if statement.starts_with(".cfi_") {
            // Nothing unwinds, and the assembler has no relocations for it.
            continue;
        }
        if statement.starts_with(".literal") {
            literals.push(line);
            continue;
        }
        if !literals.is_empty() {
            if statement == ".text" || statement.starts_with(".section") {
                section = Some(line);
                continue;
            }
            let section = section.take().ok_or_else(|| {
                format!(
                    "line {}: literals without a section to put them into",
                    index + 1
                )
            })?;
            write_group(&mut out, section, &literals)
                .ok_or_else(|| format!("line {}: literals outside of .text", index + 1))?;
            literals.clear();
        }
        out.push_str(line);
        out.push('\n');
    }
    if literals.is_empty() {
        Ok(out)
    } else {
        Err("literals at the end of the file".to_owned())
    }
}

/// Prints the switch to the literal section, to the text section, and the literals.
fn write_group(out: &mut String, section: &str, literals: &[&str]) -> Option<()> {
    let name = section_name(section);
    // The assembler names the literal section of `.text.X` `.literal.X`.
    let literal = format!(".literal{}", name.strip_prefix(".text")?);
    writeln!(out, "\t.section\t{literal},\"ax\",@progbits").ok()?;
    out.push_str("\t.p2align\t2\n");
    out.push_str(section);
    out.push('\n');
    for line in literals {
        out.push_str(line);
        out.push('\n');
    }
    Some(())
}

/// The first function that calls one of [`REFUSED_CALLS`], and which.
pub fn refused_call(repaired: &str) -> Option<(&str, &str)> {
    let mut function = "";
    let mut found = None;
    for line in repaired.lines() {
        let statement = line.trim();
        if let Some(rest) = statement.strip_prefix(".literal ") {
            // The literals come before the label of their function.
            let value = rest.split_once(", ").map_or("", |(_, value)| value);
            found = found.or(REFUSED_CALLS.iter().find(|name| **name == value));
        } else if let Some(rest) = statement.strip_prefix(".type")
            && rest.ends_with(",@function")
        {
            function = rest.trim().trim_end_matches(",@function");
            if let Some(callee) = found {
                return Some((function, callee));
            }
        }
    }
    found.map(|callee| (function, *callee))
}

fn section_name(line: &str) -> &str {
    let statement = line.trim();
    match statement.strip_prefix(".section") {
        Some(rest) => rest.trim_start().split(',').next().unwrap_or(rest).trim(),
        None => statement,
    }
}

#[cfg(test)]
mod tests;
