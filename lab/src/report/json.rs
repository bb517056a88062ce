//! Results for programs.

use serde::Serialize;

use super::summary::Summary;
use crate::snapshot::Comparison;
use crate::suite::CaseResult;
use crate::verdict::Verdict;

/// Grows when a field changes its meaning or goes away.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    passed: usize,
    failed: usize,
    broken: usize,
    skipped: usize,
    wall_s: f64,
    median_case_s: f64,
    own_share_s: f64,
    access_s: f64,
    cases: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: String,
    file: &'a str,
    summary: &'a str,
    tags: &'a [String],
    seed: u64,
    verdict: &'static str,
    virtual_ns: u64,
    wall_s: f64,
    own_share_s: f64,
    accesses: u32,
    resumes: u32,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failures: Vec<Problem<'a>>,
}

#[derive(Serialize)]
struct Problem<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    what: &'a str,
    expected: &'a str,
    came: &'a str,
}

/// The results as a JSON document with a line break at its end.
pub fn to_json(results: &[CaseResult<'_>], summary: &Summary) -> String {
    let report = Report {
        version: VERSION,
        passed: summary.passed,
        failed: summary.failed,
        broken: summary.broken,
        skipped: summary.skipped,
        wall_s: summary.wall.as_secs_f64(),
        median_case_s: summary.median.as_secs_f64(),
        own_share_s: summary.own_share.as_secs_f64(),
        access_s: summary.access.as_secs_f64(),
        cases: results.iter().map(entry).collect(),
    };
    serde_json::to_string_pretty(&report).map_or_else(|error| error.to_string(), |text| text + "\n")
}

fn entry<'a>(result: &'a CaseResult<'_>) -> Entry<'a> {
    let finished = &result.finished;
    Entry {
        id: result.case.id.to_string(),
        file: &result.case.id.file,
        summary: &result.case.summary,
        tags: &result.case.tags,
        seed: result.case.seed,
        verdict: match result.exit_code() {
            0 => "pass",
            1 => "fail",
            _ => "infrastructure",
        },
        virtual_ns: finished.virtual_time.0,
        wall_s: finished.wall.as_secs_f64(),
        own_share_s: finished
            .wall
            .saturating_sub(finished.usage.waiting)
            .as_secs_f64(),
        accesses: finished.usage.accesses,
        resumes: finished.usage.resumes,
        failures: problems(result),
    }
}

fn problems<'a>(result: &'a CaseResult<'_>) -> Vec<Problem<'a>> {
    let mut problems = Vec::new();
    match &result.finished.verdict {
        Verdict::Pass => {}
        Verdict::Fail(failures) => problems.extend(failures.iter().map(|failure| Problem {
            line: failure.line,
            what: &failure.what,
            expected: &failure.expected,
            came: &failure.came,
        })),
        Verdict::Infrastructure(reason) => problems.push(Problem {
            line: None,
            what: "infrastructure",
            expected: "a working target",
            came: reason,
        }),
    }
    if let Some(Comparison::Different { old, new }) = &result.difference {
        let expected = old.as_deref().unwrap_or("");
        problems.push(Problem {
            line: None,
            what: "snapshot",
            expected,
            came: new,
        });
    }
    problems
}
