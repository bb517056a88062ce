//! Finding a function in textual IR.

/// The lines of one function definition, as indices into the lines of the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// The line with `define`.
    pub define: usize,
    /// The line with the closing brace.
    pub end: usize,
}

/// Finds the definition of `symbol`.
pub fn find(lines: &[String], symbol: &str) -> Option<Function> {
    let define = lines
        .iter()
        .position(|line| defined_symbol(line) == Some(symbol))?;
    let end = define + lines[define..].iter().position(|line| line == "}")?;
    Some(Function { define, end })
}

/// The symbol that `line` defines as a function, if it does.
pub fn defined_symbol(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("define ")?;
    let (_, rest) = rest.split_once('@')?;
    match rest.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').map(|(name, _)| name),
        None => rest.split_once('(').map(|(name, _)| name),
    }
}

/// Splits a module into lines that can be edited.
pub fn lines(ir: &str) -> Vec<String> {
    ir.lines().map(str::to_owned).collect()
}

/// Puts the lines of a module together again.
pub fn text(lines: &[String]) -> String {
    let mut text = lines.join("\n");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_definition_is_found_by_its_symbol() {
        let module = lines(
            "declare i32 @f(i32)\n\
             define internal fastcc noundef i32 @\"a b\"(i32 %0) #0 {\nret i32 @f\n}\n\
             define i32 @f(i32 %0) #1 !dbg !7 {\nret i32 0\n}\n",
        );
        assert_eq!(find(&module, "f"), Some(Function { define: 4, end: 6 }));
        assert_eq!(find(&module, "a b"), Some(Function { define: 1, end: 3 }));
        assert_eq!(find(&module, "g"), None);
    }
}
