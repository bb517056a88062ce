//! How large the firmware's code may be.

use anyhow::{Context as _, Result, bail};

/// The variant that the budget is for; the others hold tests.
const VARIANT: &str = "production";

/// What counts: all code that runs after the boot stub, and all constants. That is
/// the kernel with its port, and more: drivers, IPC and the compiler's own
/// functions are linked into the same sections.
const SECTIONS: [&str; 3] = [".vectors", ".text", ".rodata"];

/// Bytes that the sections may have together.
const LIMIT: u64 = 64 << 10;

/// The line that says how much of the budget a variant uses, if it has one, from the link
/// driver's report; an error when it is more than all.
pub fn check(variant: &str, report: &str) -> Result<Option<String>> {
    if variant != VARIANT {
        return Ok(None);
    }
    let mut used = 0;
    for name in SECTIONS {
        let line = report
            .lines()
            .find(|line| line.split_whitespace().nth(2) == Some(name));
        let bytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
        used += bytes.with_context(|| format!("the size report has no section {name}"))?;
    }
    let line = format!(
        "kernel text and rodata ({}): {used} of {LIMIT} bytes",
        SECTIONS.join(" + ")
    );
    if used > LIMIT {
        bail!("{line}: too large");
    }
    Ok(Some(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(text: u64) -> String {
        format!(
            "   address       bytes  section\n0xa0030030        8144  .rodata\n\
             0xa0032000        4096  .data\n0xa0100000        1024  .vectors\n0xa0100400       {text}  .text\n"
        )
    }

    #[test]
    fn the_limit_is_for_the_sections_together() {
        let most = LIMIT - 8144 - 1024;
        let line = check(VARIANT, &report(most)).unwrap().unwrap();
        assert!(line.contains("65536 of 65536"), "{line}");
        let error = check(VARIANT, &report(most + 1)).unwrap_err().to_string();
        assert!(error.contains("65537 of 65536"), "{error}");
        assert_eq!(check("debug", &report(most + 1)).unwrap(), None);
    }

    #[test]
    fn a_report_without_the_sections_is_an_error() {
        assert!(check(VARIANT, "").is_err());
    }
}
