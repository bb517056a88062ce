//! Results for CI systems.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::summary::Summary;
use super::{Context, failure};
use crate::case::Firmware;
use crate::suite::CaseResult;
use crate::verdict::Verdict;

/// The results as JUnit XML: one suite per area, errors for what says nothing about the firmware.
pub fn to_junit<'a>(
    results: &[CaseResult<'_>],
    summary: &Summary,
    context: impl Fn(Firmware) -> Context<'a>,
) -> String {
    let mut report = Report::new("acelab");
    report.set_time(summary.wall);
    let area = |result: &CaseResult<'_>| {
        let file = &result.case.id.file;
        file.split_once('/')
            .map_or_else(|| file.clone(), |(area, _)| area.to_owned())
    };
    for group in results.chunk_by(|a, b| area(a) == area(b)) {
        let mut suite = TestSuite::new(area(&group[0]));
        for result in group {
            suite.add_test_case(test_case(result, &context(result.case.firmware)));
        }
        report.add_test_suite(suite);
    }
    report.to_string().unwrap_or_else(|error| error.to_string())
}

fn test_case(result: &CaseResult<'_>, context: &Context<'_>) -> TestCase {
    let mut status = match (&result.finished.verdict, result.passed()) {
        (_, true) => TestCaseStatus::success(),
        (Verdict::Infrastructure(_), _) => TestCaseStatus::non_success(NonSuccessKind::Error),
        _ => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    if !result.passed() {
        let text = anstream::adapter::strip_str(&failure(result, context)).to_string();
        status.set_message(result.word());
        status.set_description(text);
    }
    let mut case = TestCase::new(result.case.id.to_string(), status);
    case.set_classname(result.case.id.file.as_str());
    case.set_time(result.finished.wall);
    case
}
