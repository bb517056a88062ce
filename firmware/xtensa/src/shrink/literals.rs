//! One literal for all uses of a constant that reach it.

use std::collections::HashMap;

use super::Instruction;
use super::calls::literal;

/// Bytes that L32R may surely go back: less than the 256 KiB it can, because
/// the assembler's own padding is not counted.
const REACH: usize = 192 << 10;

/// A literal that is there.
struct Kept<'a> {
    label: &'a str,
    /// Bytes of text before it, at most.
    at: usize,
}

/// Drops literals whose value an earlier one has, and lets their uses load that.
pub fn share(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut kept: HashMap<&str, Kept<'_>> = HashMap::new();
    let mut instead: HashMap<&str, &str> = HashMap::new();
    let mut bytes = 0;
    for line in text.lines() {
        if let Some((label, value)) = literal(line) {
            match kept.get(value) {
                Some(earlier) if bytes - earlier.at < REACH - FUNCTION => {
                    instead.insert(label, earlier.label);
                    continue;
                }
                _ => _ = kept.insert(value, Kept { label, at: bytes }),
            }
            bytes += 4;
        } else if let Some(load) = Instruction::parse(line) {
            bytes += 3;
            if let ("l32r", [register, label]) = (load.name, &load.operands[..])
                && let Some(label) = instead.get(label)
            {
                out.push_str(&format!("\tl32r\t{register}, {label}\n"));
                continue;
            }
        } else if line.trim_start().starts_with(".p2align") {
            bytes += 4;
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// The uses of a literal come after it, no further than the longest function.
const FUNCTION: usize = 64 << 10;
