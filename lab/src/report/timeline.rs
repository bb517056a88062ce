//! The merged timeline of a run.

use acelab_abi::trace::Channel;

use super::{Context, style};
use crate::events::Line;
use crate::host::Record;
use crate::symbols::Symbols;

/// Every event with its time in microseconds, the step from the one before, and its core.
pub fn show(record: &Record, context: &Context<'_>, channels: &[Channel]) -> String {
    let mut text = String::new();
    let symbols = context.symbols(record);
    let mut before = 0;
    for line in record.timeline.sorted() {
        if !channels.is_empty() && !channels.contains(&line.head.channel) {
            continue;
        }
        text.push_str(&row(line, before, &symbols));
        before = line.head.time.0;
    }
    text
}

fn row(line: &Line, before: u64, symbols: &Symbols<'_>) -> String {
    let now = line.head.time.0;
    let step = now.saturating_sub(before);
    let step = if step == 0 {
        String::new()
    } else {
        format!("+{}", micros(step))
    };
    let who = match (line.head.core, line.head.channel) {
        (Some(core), _) => format!("core {core}"),
        (None, Channel::Host | Channel::Ipc) => "host".to_owned(),
        // Nobody's doing: a delay has passed, or a device follows the host.
        (None, _) => "soc".to_owned(),
    };
    let content = match &line.content {
        crate::events::Content::Machine(kind) => kind.to_string(),
        crate::events::Content::Host(text) | crate::events::Content::Log(text) => text.clone(),
    };
    let content = style::channel(
        line.head.channel,
        &symbols.explained(&content, line.head.time),
    );
    format!(
        "{:>12} {} {:<6} {:<5} {content}\n",
        micros(now),
        style::dim(&format!("{step:>11}")),
        who,
        line.head.channel,
    )
}

/// Nanoseconds as microseconds with three digits.
fn micros(nanos: u64) -> String {
    format!("{}.{:03}", nanos / 1000, nanos % 1000)
}
