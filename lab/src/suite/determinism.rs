//! The same case, seed and binaries give the same bytes.

use std::fmt;

use super::hog::Hog;
use super::pool::run_all;
use super::result::{CaseResult, Suite};
use crate::case::{Case, CaseId};

/// Where two runs of a case part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Divergence {
    /// The case.
    pub case: CaseId,
    /// 1-based line of the event logs.
    pub line: usize,
    /// Up to three lines before, the same in both.
    pub before: Vec<String>,
    /// The line of the quiet run.
    pub quiet: Option<String>,
    /// The line of the run under load.
    pub loaded: Option<String>,
}

/// Jobs of the second pass.
const LOADED_JOBS: usize = 4;

/// Runs the cases one at a time, then four at a time beside a busy thread on
/// every CPU, and compares the event logs byte for byte.
pub fn check<'a>(
    suite: &Suite<'_>,
    cases: &[&'a Case],
    on_done: &(dyn Fn(&CaseResult<'a>) + Sync),
) -> (Vec<CaseResult<'a>>, Vec<Divergence>) {
    let quiet = run_all(suite, cases, 1, on_done);
    let loaded = {
        let _hog = Hog::start();
        run_all(suite, cases, LOADED_JOBS, on_done)
    };
    let pairs = quiet.iter().zip(&loaded);
    let divergences = pairs.filter_map(|(quiet, loaded)| {
        let (a, b) = (
            quiet.finished.record.timeline.text(),
            loaded.finished.record.timeline.text(),
        );
        divergence(&quiet.case.id, &a, &b)
    });
    let divergences = divergences.collect();
    (quiet.into_iter().chain(loaded).collect(), divergences)
}

/// The first difference of two logs.
fn divergence(case: &CaseId, quiet: &str, loaded: &str) -> Option<Divergence> {
    if quiet == loaded {
        return None;
    }
    let same = quiet
        .lines()
        .zip(loaded.lines())
        .take_while(|(a, b)| a == b)
        .count();
    let before = quiet
        .lines()
        .take(same)
        .skip(same.saturating_sub(3))
        .map(str::to_owned)
        .collect();
    Some(Divergence {
        case: case.clone(),
        line: same + 1,
        before,
        quiet: quiet.lines().nth(same).map(str::to_owned),
        loaded: loaded.lines().nth(same).map(str::to_owned),
    })
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: the event logs differ from line {}",
            self.case, self.line
        )?;
        for line in &self.before {
            writeln!(f, "    {line}")?;
        }
        let end = "(the log ends)".to_owned();
        writeln!(f, "  - {}", self.quiet.as_ref().unwrap_or(&end))?;
        write!(f, "  + {}", self.loaded.as_ref().unwrap_or(&end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_found() {
        let case = CaseId {
            file: "a/b".to_owned(),
            choice: String::new(),
        };
        assert_eq!(divergence(&case, "a\nb\n", "a\nb\n"), None);
        let found = divergence(&case, "a\nb\nc\n", "a\nb\nd\n").expect("a difference");
        assert_eq!(
            (found.line, found.quiet.as_deref(), found.loaded.as_deref()),
            (3, Some("c"), Some("d"))
        );
        assert_eq!(found.before, ["a", "b"]);
        let shorter = divergence(&case, "a\n", "a\nb\n").expect("a difference");
        assert_eq!(
            (shorter.quiet, shorter.loaded.as_deref()),
            (None, Some("b"))
        );
    }
}
