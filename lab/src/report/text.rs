//! A failed case, for people.

use acelab_abi::core_id::CoreId;

use super::{Context, END, diff, rerun, style};
use crate::events::Line;
use crate::snapshot::Comparison;
use crate::suite::CaseResult;
use crate::symbols::Symbols;
use crate::verdict::{Failure, Verdict};

/// Events of each core that a failure shows.
const LAST_EVENTS: usize = 5;

/// What was expected, what came, the last events of every core, how to run it again.
pub fn failure(result: &CaseResult<'_>, context: &Context<'_>) -> String {
    let mut text = format!(
        "{} {}: {}\n",
        style::word(result.word()),
        style::bold(&result.case.id.to_string()),
        result.case.summary
    );
    let symbols = context.symbols(&result.finished.record);
    match &result.finished.verdict {
        Verdict::Pass => {}
        Verdict::Fail(failures) => {
            for failure in failures {
                text.push_str(&one(failure, result, context, &symbols));
            }
        }
        Verdict::Infrastructure(reason) => {
            text.push_str(&format!("  infrastructure, not the firmware: {reason}\n"));
            indent(&mut text, result.finished.diagnostics.trim_end());
        }
    }
    if let Some(Comparison::Different { old, new }) = &result.difference {
        text.push_str(&match old {
            Some(_) => "  the run differs from the reviewed snapshot:\n".to_owned(),
            None => "  there is no reviewed snapshot yet; this is what came:\n".to_owned(),
        });
        indent(
            &mut text,
            diff::unified(old.as_deref().unwrap_or(""), new).trim_end(),
        );
        text.push_str("  review with `cargo insta review`, or accept with `--update`\n");
    }
    if let Verdict::Fail(_) = result.finished.verdict {
        text.push_str(&last_events(result, &symbols));
    }
    text.push_str(&format!(
        "  run again: {}\n",
        style::bold(&rerun(result.case))
    ));
    text
}

fn one(
    failure: &Failure,
    result: &CaseResult<'_>,
    context: &Context<'_>,
    symbols: &Symbols<'_>,
) -> String {
    let file = context.file(result.case);
    let place = failure
        .line
        .map_or_else(|| file.clone(), |line| format!("{file}:{line}"));
    format!(
        "  {} {}\n    expected: {}\n        came: {}\n",
        style::bold(&format!("{place}:")),
        failure.what,
        style::good(&failure.expected),
        style::bad(&symbols.explained(&failure.came, END)),
    )
}

/// The last events of the host and of every core, in the order of time.
fn last_events(result: &CaseResult<'_>, symbols: &Symbols<'_>) -> String {
    let lines = result.finished.record.timeline.sorted();
    let mut shown: Vec<(usize, &Line)> = Vec::new();
    let cores = CoreId::ALL.into_iter().map(Some).chain([None]);
    for core in cores {
        let of_core = lines
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, line)| line.head.core == core);
        shown.extend(
            of_core
                .take(LAST_EVENTS)
                .map(|(index, line)| (index, *line)),
        );
    }
    shown.sort_by_key(|(index, _)| *index);
    if shown.is_empty() {
        return String::new();
    }
    let mut text = "  last events:\n".to_owned();
    for (_, line) in shown {
        let explained = symbols.explained(&line.to_string(), line.head.time);
        text.push_str(&format!(
            "    {}\n",
            style::channel(line.head.channel, &explained)
        ));
    }
    text
}

fn indent(text: &mut String, block: &str) {
    for line in block.lines() {
        text.push_str(&format!("    {line}\n"));
    }
}

/// One line for a case that has ended.
pub fn case_line(result: &CaseResult<'_>) -> String {
    let time = super::summary::human(result.finished.wall);
    format!(
        "{:<5} {} {}",
        style::word(result.word()),
        result.case.id,
        style::dim(&time)
    )
}
