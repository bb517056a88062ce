//! Counting test results out of the runners' closing lines.

use std::fmt;

/// Counts of what passed, failed and was skipped.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Passed.
    pub passed: u64,
    /// Failed.
    pub failed: u64,
    /// Skipped or ignored.
    pub skipped: u64,
}

impl Tally {
    /// Whether a line closes a test run: `test result:` of cargo's runner, `Summary` of nextest.
    pub fn is_result(line: &str) -> bool {
        line.starts_with("test result: ") || line.trim_start().starts_with("Summary [")
    }

    /// Adds what a closing line says.
    pub fn read(&mut self, line: &str) {
        if !Tally::is_result(line) {
            return;
        }
        let words: Vec<_> = line
            .split_whitespace()
            .map(|word| word.trim_end_matches([',', ';']))
            .collect();
        for pair in words.windows(2) {
            let Ok(count) = pair[0].parse::<u64>() else {
                continue;
            };
            match pair[1] {
                "passed" => self.passed += count,
                "failed" | "timed" => self.failed += count,
                "ignored" | "skipped" => self.skipped += count,
                _ => {}
            }
        }
    }

    /// Adds one check.
    pub fn add_one(&mut self, passed: bool) {
        if passed {
            self.passed += 1;
        } else {
            self.failed += 1;
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "tests: {} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: &str) {
        let mut tally = Tally::default();
        tally.read(line);
        assert_eq!(tally.to_string(), expected);
    }

    #[test]
    fn closing_lines_of_both_runners_are_counted() {
        check(
            "test result: FAILED. 40 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.17s",
            "tests: 40 passed, 2 failed, 1 skipped",
        );
        check(
            "     Summary [   0.213s] 42 tests run: 41 passed, 1 failed, 3 skipped",
            "tests: 41 passed, 1 failed, 3 skipped",
        );
        check(
            "     Summary [   0.213s] 42 tests run: 42 passed (1 slow), 0 skipped",
            "tests: 42 passed, 0 failed",
        );
        check(
            "12 passed lines in a story are not a result",
            "tests: 0 passed, 0 failed",
        );
    }
}
