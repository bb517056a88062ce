//! The difference between a reviewed snapshot and a run.

use similar::{ChangeTag, TextDiff};

use super::style;

/// Unified hunks with three lines around each change.
pub fn unified(old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let mut text = String::new();
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        text.push_str(&style::dim(&hunk.header().to_string()));
        text.push('\n');
        for change in hunk.iter_changes() {
            let line = change.to_string_lossy();
            let line = line.trim_end_matches('\n');
            text.push_str(&match change.tag() {
                ChangeTag::Delete => style::bad(&format!("-{line}")),
                ChangeTag::Insert => style::good(&format!("+{line}")),
                ChangeTag::Equal => format!(" {line}"),
            });
            text.push('\n');
        }
    }
    text
}
