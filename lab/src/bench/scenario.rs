//! Cases that exist for their figures only.

use crate::case::{Case, load_text};
use crate::engine::Finished;
use crate::verdict::{Failure, Verdict};

/// Reads a case that the bench has written itself.
pub(super) fn parse(name: &str, text: &str) -> Result<Case, String> {
    let cases = load_text(name, text).map_err(|findings| {
        let rendered = findings
            .iter()
            .map(|finding| finding.render(name, text, false));
        rendered.collect::<Vec<_>>().join("\n")
    })?;
    cases
        .into_iter()
        .next()
        .ok_or_else(|| format!("{name} has no case"))
}

/// What went wrong in a run, in a few lines; nothing if it passed.
pub(super) fn complaint(finished: &Finished) -> Option<String> {
    match &finished.verdict {
        Verdict::Pass => None,
        Verdict::Infrastructure(reason) => Some(format!("{reason}\n{}", finished.diagnostics)),
        Verdict::Fail(failures) => Some(failures.iter().map(line).collect::<Vec<_>>().join("\n")),
    }
}

fn line(failure: &Failure) -> String {
    let Failure {
        what,
        expected,
        came,
        ..
    } = failure;
    format!("{what}: expected {expected}, came {came}")
}
