//! Reading the last words of `llc`.

/// Why LLVM gave up, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Out of registers, and no stack slot to put one into.
    NoSpillSlot,
    /// No instruction for a node of the selection graph.
    CannotSelect,
    /// Anything else.
    Other,
}

/// A fatal error of `llc` in a function that it named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crash {
    /// Symbol of the function that was being compiled.
    pub function: String,
    /// What kind of error it was.
    pub cause: Cause,
    /// LLVM's own words.
    pub message: String,
}

impl Crash {
    /// Finds the error and the function in what `llc` wrote to standard error.
    pub fn parse(stderr: &str) -> Option<Self> {
        let function = stderr
            .lines()
            .filter_map(function_of)
            .next_back()?
            .to_owned();
        let message = stderr
            .lines()
            .find(|line| line.contains("LLVM ERROR:") || line.contains("error:"))
            .or_else(|| stderr.lines().next())?
            .to_owned();
        let cause = if message.contains("without an emergency spill slot") {
            Cause::NoSpillSlot
        } else if message.contains("Cannot select") {
            Cause::CannotSelect
        } else {
            Cause::Other
        };
        Some(Crash {
            function,
            cause,
            message,
        })
    }
}

/// The function that a line of a stack dump or of a diagnostic names.
fn function_of(line: &str) -> Option<&str> {
    if let Some((_, name)) = line.split_once("' on function '@") {
        return Some(name.trim_end_matches('\'').trim_matches('"'));
    }
    let (_, rest) = line.strip_prefix("error: ")?.split_once("in function ")?;
    rest.split(' ').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Standard error of llc 22.1.8, shortened.
    const SELECT: &str = "LLVM ERROR: Cannot select: 0x562a: i32 = <<Unknown Target Node #534>> \
        TargetConstantPool:i32<[2 x float] [float -7.250000e+00, float 2.500000e+00]> 0\n\
        In function: pick\n\
        PLEASE submit a bug report\n\
        Stack dump:\n\
        0.\tProgram arguments: llc fp.ll\n\
        1.\tRunning pass 'Function Pass Manager' on module 'fp.ll'.\n\
        2.\tRunning pass 'Xtensa DAG->DAG Pattern Instruction Selection' on function '@pick'\n";

    #[test]
    fn a_failed_selection_names_its_function() {
        let crash = Crash::parse(SELECT).unwrap();
        assert_eq!(crash.function, "pick");
        assert_eq!(crash.cause, Cause::CannotSelect);
        assert!(crash.message.starts_with("LLVM ERROR: Cannot select"));
    }

    #[test]
    fn a_missing_spill_slot_is_told_apart() {
        let stderr = "LLVM ERROR: Error while trying to spill A8 from class AR: Cannot scavenge \
            register without an emergency spill slot!\n\
            4.\tRunning pass 'Prologue/Epilogue Insertion' on function '@\"a b\"'\n";
        let crash = Crash::parse(stderr).unwrap();
        assert_eq!(
            (crash.function.as_str(), crash.cause),
            ("a b", Cause::NoSpillSlot)
        );
    }

    #[test]
    fn a_diagnostic_names_its_function() {
        let stderr =
            "error: <unknown>:0:0: in function get i32 (): only emulated TLS supported\n\n";
        let crash = Crash::parse(stderr).unwrap();
        assert_eq!(
            (crash.function.as_str(), crash.cause),
            ("get", Cause::Other)
        );
    }

    #[test]
    fn an_error_without_a_function_is_not_a_crash() {
        assert_eq!(
            Crash::parse("llc: error: fp.ll:3:1: expected top-level entity\n"),
            None
        );
    }
}
