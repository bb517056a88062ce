//! Instructions of two bytes instead of three.

use super::{Instruction, label, statement};

/// Instructions between a short branch and its target: its reach is 4 to 67
/// bytes from its own start, and it is 2 bytes long.
const NEAR: std::ops::RangeInclusive<usize> = 1..=20;

/// Uses the short form wherever there is one.
pub fn narrow(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::with_capacity(text.len());
    for (index, line) in lines.iter().enumerate() {
        let short = Instruction::parse(line)
            .and_then(|whole| short(&whole).or_else(|| branch(&whole, &lines[index + 1..])));
        match short {
            Some(short) => {
                out.push('\t');
                out.push_str(&short);
            }
            None => out.push_str(line),
        }
        out.push('\n');
    }
    out
}

/// The short form of an instruction that has one for all its operands.
fn short(whole: &Instruction<'_>) -> Option<String> {
    let number = |text: &str| text.parse::<i32>().ok();
    match (whole.name, &whole.operands[..]) {
        (name @ ("l32i" | "s32i"), [value, base, offset]) => {
            let offset = number(offset)?;
            (offset % 4 == 0 && (0..=60).contains(&offset))
                .then(|| format!("{name}.n\t{value}, {base}, {offset}"))
        }
        ("or", [to, from, same]) if from == same => Some(format!("mov.n\t{to}, {from}")),
        ("add", [to, left, right]) => Some(format!("add.n\t{to}, {left}, {right}")),
        ("addi", [to, from, by]) => {
            let by = number(by)?;
            (by == -1 || (1..=15).contains(&by)).then(|| format!("addi.n\t{to}, {from}, {by}"))
        }
        ("movi", [to, value]) => {
            let value = number(value)?;
            (-32..=95)
                .contains(&value)
                .then(|| format!("movi.n\t{to}, {value}"))
        }
        ("ret", []) => Some("ret.n".to_owned()),
        _ => None,
    }
}

/// The short form of a branch to a label close behind it.
fn branch(whole: &Instruction<'_>, rest: &[&str]) -> Option<String> {
    let (name @ ("beqz" | "bnez"), [value, target]) = (whole.name, &whole.operands[..]) else {
        return None;
    };
    let mut between = 0;
    for line in rest {
        if label(line) == Some(target) {
            return NEAR
                .contains(&between)
                .then(|| format!("{name}.n\t{value}, {target}"));
        }
        if Instruction::parse(line).is_some() {
            between += 1;
        } else if !is_empty(line) {
            // Something that takes room, or another section.
            return None;
        }
        if between > *NEAR.end() {
            return None;
        }
    }
    None
}

/// Whether a line that is no instruction takes no room: a label, a comment, or
/// a directive for the debugger.
fn is_empty(line: &str) -> bool {
    let statement = statement(line);
    let debug = statement.starts_with(".loc") || statement.starts_with(".file");
    statement.is_empty() || label(line).is_some() || debug
}
