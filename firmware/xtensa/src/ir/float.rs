//! Switching the FPU on after LTO.
//!
//! With `+fp` from the start LLVM 22 cannot compile `compiler_builtins`: a
//! choice between two `f32` constants becomes a load from a constant pool that
//! it then fails to select. So crates are compiled without, the features are
//! added to the optimised program, and such choices are made on integers.
//! `f32` travels in address registers either way, so hard and soft functions
//! can call each other, and a function that LLVM still refuses stays soft.

use std::collections::BTreeMap;

use super::function;
use crate::target::FLOAT_FEATURES;

const FEATURES: &str = "\"target-features\"=\"";

/// Adds the FPU to every function of the module.
pub fn harden(lines: &mut [String]) {
    for line in lines.iter_mut() {
        if line.starts_with("attributes #") {
            if let Some(group) = with_fpu(line) {
                *line = group;
            }
        } else if let Some(choice) = choice_on_integers(line) {
            *line = choice;
        }
    }
}

/// The attribute group with the FPU, if it names features at all.
fn with_fpu(group: &str) -> Option<String> {
    let (before, rest) = group.split_once(FEATURES)?;
    let (features, after) = rest.split_once('"')?;
    let comma = if features.is_empty() { "" } else { "," };
    Some(format!(
        "{before}{FEATURES}{features}{comma}{FLOAT_FEATURES}\"{after}"
    ))
}

/// The lines that take the place of a choice between constants, where `line` is one.
fn choice_on_integers(line: &str) -> Option<String> {
    let (result, instruction) = line.trim().split_once(" = ")?;
    // Debug locations and the like; they would be right for both lines, one is enough.
    let (instruction, metadata) = match instruction.split_once(", !") {
        Some((instruction, metadata)) => (instruction, format!(", !{metadata}")),
        None => (instruction, String::new()),
    };
    let (condition, yes, no) = select_of_constants(instruction)
        .map(|(condition, yes, no)| (condition, yes.to_owned(), no.to_owned()))
        .or_else(|| conversion_of_bit(instruction))?;
    let name = result.trim_start_matches('%').trim_matches('"');
    let bits = format!("%\"acelab.bits.{name}\"");
    Some(format!(
        "  {bits} = select {condition}, i32 bitcast (float {yes} to i32), \
         i32 bitcast (float {no} to i32)\n  {result} = bitcast i32 {bits} to float{metadata}"
    ))
}

/// `select [flags] i1 C, float A, float B` with constants A and B.
fn select_of_constants(instruction: &str) -> Option<(&str, &str, &str)> {
    let rest = instruction.strip_prefix("select ")?;
    let condition = &rest[rest.find("i1 ")?..];
    let (condition, rest) = condition.split_once(", float ")?;
    let (yes, no) = rest.split_once(", float ")?;
    let constant = |value: &str| !value.starts_with('%');
    (constant(yes) && constant(no)).then_some((condition, yes, no))
}

/// `uitofp i1 C to float` and `sitofp i1 C to float`, which are choices as well.
fn conversion_of_bit(instruction: &str) -> Option<(&str, String, String)> {
    let (one, rest) = if let Some(rest) = instruction.strip_prefix("uitofp ") {
        ("1.0", rest)
    } else {
        ("-1.0", instruction.strip_prefix("sitofp ")?)
    };
    let condition = &rest[rest.find("i1 ")?..];
    let condition = condition.strip_suffix(" to float")?;
    Some((condition, one.to_owned(), "0.0".to_owned()))
}

/// Takes the FPU away from the function `symbol` again. False where it is not
/// there or has no FPU.
pub fn soften(lines: &mut Vec<String>, symbol: &str) -> bool {
    let Some(function) = function::find(lines, symbol) else {
        return false;
    };
    let groups = attribute_groups(lines);
    let define = &lines[function.define];
    let Some((number, soft)) = groups.iter().find_map(|(number, &line)| {
        let used = define
            .split_whitespace()
            .any(|word| word == format!("#{number}"));
        let fpu = format!(",{FLOAT_FEATURES}");
        (used && lines[line].contains(&fpu)).then(|| (*number, lines[line].replace(&fpu, "")))
    }) else {
        return false;
    };
    let fresh = groups.keys().next_back().map_or(0, |last| last + 1);
    lines[function.define] =
        lines[function.define].replace(&format!(" #{number} "), &format!(" #{fresh} "));
    lines.push(soft.replace(
        &format!("attributes #{number} "),
        &format!("attributes #{fresh} "),
    ));
    true
}

/// The number of each attribute group and its line.
fn attribute_groups(lines: &[String]) -> BTreeMap<u32, usize> {
    lines
        .iter()
        .enumerate()
        .filter_map(|(index, line)| {
            let number = line.strip_prefix("attributes #")?.split(' ').next()?;
            Some((number.parse().ok()?, index))
        })
        .collect()
}

#[cfg(test)]
mod tests;
