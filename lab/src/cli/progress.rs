//! A line for each case; above a bar where there is a terminal.

use std::io::{IsTerminal, stdout};

use indicatif::{ProgressBar, ProgressStyle};

use crate::report::case_line;
use crate::suite::CaseResult;

/// Shows how far a run is.
pub(super) struct Progress(Option<ProgressBar>);

impl Progress {
    /// For this many cases.
    pub fn new(cases: usize) -> Self {
        if !stdout().is_terminal() {
            return Self(None);
        }
        let bar = ProgressBar::new(cases as u64);
        let style = ProgressStyle::with_template("{bar:32} {pos}/{len} cases, {elapsed}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self(Some(bar))
    }

    /// A case has ended.
    pub fn done(&self, result: &CaseResult<'_>) {
        self.print(&case_line(result));
        if let Some(bar) = &self.0 {
            bar.inc(1);
        }
    }

    /// Prints a text without harm to the bar.
    pub fn print(&self, text: &str) {
        match &self.0 {
            Some(bar) => bar.suspend(|| anstream::println!("{}", text.trim_end())),
            None => anstream::println!("{}", text.trim_end()),
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
