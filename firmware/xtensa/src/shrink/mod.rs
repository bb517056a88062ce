//! Makes repaired assembly smaller without changing what it does.
//!
//! LLVM uses none of the two-byte instructions of the density option, gives
//! every use of a constant a literal of its own, calls by literals too, and moves the stack pointer by
//! way of another register.

mod calls;
mod literals;
mod narrow;
mod stack;

/// The smaller text.
pub fn shrink(repaired: &str) -> String {
    narrow::narrow(&stack::merge(&literals::share(&calls::near(repaired))))
}

/// One instruction as LLVM prints it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Instruction<'a> {
    name: &'a str,
    operands: Vec<&'a str>,
}

impl<'a> Instruction<'a> {
    /// The instruction of a line; `None` for labels, directives and the rest.
    fn parse(line: &'a str) -> Option<Self> {
        let statement = statement(line);
        let indented = line.starts_with(['\t', ' ']);
        if !indented || statement.is_empty() || statement.starts_with('.') {
            return None;
        }
        let (name, operands) = statement
            .split_once(char::is_whitespace)
            .unwrap_or((statement, ""));
        let operands = operands.split(',').map(str::trim);
        Some(Self {
            name,
            operands: operands.filter(|operand| !operand.is_empty()).collect(),
        })
    }
}

/// A line without its comment.
fn statement(line: &str) -> &str {
    line.split('#').next().unwrap_or(line).trim()
}

/// Whether a label is for the debugger: nothing jumps to it.
fn is_mark(label: &str) -> bool {
    label.starts_with(".Ltmp") || label.starts_with(".Lfunc_begin")
}

/// The name of a label that a line defines.
fn label(line: &str) -> Option<&str> {
    let (name, _) = line.split_once(':')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || "._$".contains(c);
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

#[cfg(test)]
mod tests;
