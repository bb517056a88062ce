//! Moves of the stack pointer.

use super::{Instruction, is_mark, label};

/// Where in a function a line is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing of the function has run.
    Entry,
    Elsewhere,
}

/// Makes one instruction of `addi a8, a1, N` and `or a1, a8, a8`.
///
/// In a function's first instructions and in front of its `ret` nobody looks at
/// the register between: it holds no argument there, and no result. Elsewhere
/// the pair is left alone.
pub fn merge(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::with_capacity(text.len());
    let mut place = Place::Elsewhere;
    let mut index = 0;
    while let Some(line) = lines.get(index) {
        index += 1;
        match label(line) {
            Some(name) if !name.starts_with(".L") => place = Place::Entry,
            Some(name) if !is_mark(name) => place = Place::Elsewhere,
            _ => {}
        }
        if let Some(first) = Instruction::parse(line) {
            let at_entry = place == Place::Entry;
            place = Place::Elsewhere;
            if let Some((offset, after)) = pair(&first, &lines[index..])
                && (at_entry || returns(&lines[index + after..]))
            {
                out.push_str(&format!("\taddi\ta1, a1, {offset}\n"));
                index += after;
                continue;
            }
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// The distance when `first` and the next line are such a pair, and how many
/// lines follow `first` up to its end.
fn pair<'a>(first: &Instruction<'a>, rest: &[&str]) -> Option<(&'a str, usize)> {
    let second = Instruction::parse(rest.first()?)?;
    match (
        first.name,
        &first.operands[..],
        second.name,
        &second.operands[..],
    ) {
        ("addi", [scratch, "a1", offset], "or", ["a1", left, right])
            if left == scratch && right == scratch && is_scratch(scratch) =>
        {
            Some((offset, 1))
        }
        _ => None,
    }
}

/// Registers that hold neither an argument nor a result, nor anything of the
/// caller.
fn is_scratch(register: &str) -> bool {
    ["a8", "a9", "a10", "a11"].contains(&register)
}

fn returns(rest: &[&str]) -> bool {
    let first = rest.iter().find_map(|line| {
        let stop = label(line).is_some_and(|name| !is_mark(name));
        Instruction::parse(line).map(Some).or(stop.then_some(None))
    });
    first.flatten().is_some_and(|first| first.name == "ret")
}
