//! Each `unsafe` block says why it is sound. Clippy checks this for what the
//! host compiles; this rule also reads what only the DSP compiles.

use super::File;

/// How far above a block its reason may begin, over attributes and further lines of the reason.
const REACH: usize = 12;

/// Complains about blocks and implementations without a reason.
pub fn check(files: &[File]) -> Vec<String> {
    let mut complaints = Vec::new();
    // This file speaks of such blocks and has none.
    for file in files
        .iter()
        .filter(|file| file.has_extension(&["rs"]) && !file.path.contains("tidy/unsafe"))
    {
        let lines: Vec<_> = file.text.lines().collect();
        for (index, line) in lines.iter().enumerate() {
            if is_unsafe(line) && !has_reason(&lines[..index], line) {
                complaints.push(format!(
                    "{}:{} is unsafe without a SAFETY comment",
                    file.path,
                    index + 1
                ));
            }
        }
    }
    complaints
}

/// Whether a line begins an unsafe block or implementation.
pub fn is_unsafe(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or_default();
    code.contains("unsafe {") || code.trim_start().starts_with("unsafe impl")
}

fn has_reason(above: &[&str], line: &str) -> bool {
    if line.contains("// SAFETY:") {
        return true;
    }
    for before in above.iter().rev().take(REACH).map(|line| line.trim()) {
        if before.contains("SAFETY:") {
            return true;
        }
        let goes_on = before.starts_with("//") || before.starts_with("#[") || is_unsafe(before);
        // The block may be the later part of a statement that began above.
        let unfinished = !before.ends_with([';', '}']) && !before.is_empty();
        if !goes_on && !unfinished {
            return false;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(text: &str) -> usize {
        check(&[File::of("a.rs", text)]).len()
    }

    #[test]
    fn a_block_needs_a_reason_directly_above() {
        assert_eq!(complaints("fn f() {\n    unsafe { g() }\n}\n"), 1);
        assert_eq!(
            complaints("fn f() {\n    // SAFETY: g asks for nothing.\n    unsafe { g() }\n}\n"),
            0
        );
        assert_eq!(
            complaints("// SAFETY: no shared state,\n// at all.\nunsafe impl Send for T {}\n"),
            0
        );
        assert_eq!(
            complaints(
                "// SAFETY: for the first only.\nlet a = unsafe { g() };\nlet b = 1;\nlet c = unsafe { g() };\n"
            ),
            1
        );
        assert_eq!(
            complaints("// SAFETY: the pointer is valid.\nlet x =\n    unsafe { p.read() };\n"),
            0
        );
        assert_eq!(complaints("// it is unsafe { } to cross\n"), 0);
    }
}
