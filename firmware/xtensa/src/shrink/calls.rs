//! Calls without a literal.
//!
//! LLVM loads the address of every function it calls. Within half a MiB CALL0
//! reaches it, in one instruction of three bytes.

use std::collections::{HashMap, HashSet};

use super::{Instruction, is_mark, label, statement};

/// The longest text, in bytes, of which every part reaches every other: less
/// than the 512 KiB of CALL0, because padding is not counted, and other objects
/// lie in the same section.
const REACH: usize = 440 << 10;

/// Calls functions of this text directly, and drops the literals that nobody
/// loads any more. A longer text is left as it is: the assembler does not keep
/// the order of functions, so that what is near here may be far there.
pub fn near(text: &str) -> String {
    if size(text) > REACH {
        return text.to_owned();
    }
    without_unused(&direct(text))
}

/// Bytes of a text, at most.
fn size(text: &str) -> usize {
    let of_line = |line| match Instruction::parse(line) {
        Some(_) => 3,
        None if literal(line).is_some() || is_alignment(line) => 4,
        None => 0,
    };
    text.lines().map(of_line).sum()
}

/// The text with CALL0 wherever it can be.
fn direct(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let functions = functions(&lines);
    let values: HashMap<&str, &str> = lines.iter().filter_map(|line| literal(line)).collect();
    let mut replaced: HashMap<usize, String> = HashMap::new();
    let mut dropped: HashSet<usize> = HashSet::new();
    let mut in_text = false;
    for (index, line) in lines.iter().enumerate() {
        if let Some(text) = section(line) {
            in_text = text;
        }
        let Some(load) = Instruction::parse(line).filter(|_| in_text) else {
            continue;
        };
        let ("l32r", [register, constant]) = (load.name, &load.operands[..]) else {
            continue;
        };
        let function = values
            .get(constant)
            .filter(|name| functions.contains(*name));
        let call = call_through(register, &lines[index + 1..]);
        if let (Some(function), Some(after)) = (function, call) {
            dropped.insert(index);
            replaced.insert(index + 1 + after, format!("\tcall0\t{function}"));
        }
    }
    let mut out = String::with_capacity(text.len());
    for (index, line) in lines.iter().enumerate() {
        if !dropped.contains(&index) {
            out.push_str(replaced.get(&index).map_or(line, String::as_str));
            out.push('\n');
        }
    }
    out
}

/// Where the next instructions call through `register`, when nothing between
/// looks at it or goes elsewhere. The call ends the life of what a scratch
/// register holds.
fn call_through(register: &str, rest: &[&str]) -> Option<usize> {
    if !["a8", "a9", "a10", "a11"].contains(&register) {
        return None;
    }
    for (index, line) in rest.iter().enumerate() {
        if label(line).is_some_and(|name| !is_mark(name)) {
            return None;
        }
        let Some(next) = Instruction::parse(line) else {
            continue;
        };
        if next.name == "callx0" {
            return (next.operands == [register]).then_some(index);
        }
        let goes = next.name.starts_with(['b', 'j']) || next.name.starts_with("ret");
        if goes || next.name.starts_with("call") || next.operands.contains(&register) {
            return None;
        }
    }
    None
}

/// Functions of the text section, which are aligned as CALL0 wants it.
fn functions<'a>(lines: &[&'a str]) -> HashSet<&'a str> {
    let mut found = HashSet::new();
    let (mut in_text, mut aligned) = (false, false);
    for line in lines {
        if let Some(text) = section(line) {
            (in_text, aligned) = (text, false);
        }
        aligned |= is_alignment(line);
        if Instruction::parse(line).is_some() {
            aligned = false;
        } else if let Some(name) = label(line)
            && in_text
            && aligned
            && !name.starts_with(".L")
        {
            found.insert(name);
        }
    }
    found
}

/// For a switch of section: whether to text.
fn section(line: &str) -> Option<bool> {
    let statement = line.trim();
    if statement == ".text" {
        return Some(true);
    }
    let name = statement.strip_prefix(".section")?.trim_start();
    Some(name.starts_with(".text.") || name.starts_with(".text,"))
}

/// Label and value of a literal.
pub(super) fn literal(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim().strip_prefix(".literal")?;
    let (label, value) = rest.strip_prefix(char::is_whitespace)?.split_once(',')?;
    Some((label.trim(), value.trim()))
}

/// Without the literals whose label only their own line has.
fn without_unused(text: &str) -> String {
    let uses = |line| Instruction::parse(line).filter(|load| load.name == "l32r");
    let used: HashSet<&str> = text
        .lines()
        .filter_map(uses)
        .filter_map(|load| load.operands.get(1).copied())
        .collect();
    let kept = |line: &&str| literal(line).is_none_or(|(label, _)| used.contains(label));
    text.lines()
        .filter(kept)
        .fold(String::new(), |mut out, line| {
            out.push_str(line);
            out.push('\n');
            out
        })
}

/// Whether a line aligns what follows to a word.
fn is_alignment(line: &str) -> bool {
    statement(line) == ".p2align\t2"
}
