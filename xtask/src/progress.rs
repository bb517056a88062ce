//! Progress on standard error: what is done, how much of it, how long it takes.
//!
//! A terminal gets a bar; anything else (a CI log) gets one plain line at the
//! start and one at the end of each task.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

/// How the amount of a task is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Steps.
    Steps,
    /// Nothing to count.
    None,
}

/// One task that takes a while.
#[derive(Debug)]
pub struct Task {
    what: String,
    unit: Unit,
    total: u64,
    started: Instant,
    bar: Option<ProgressBar>,
    finished: bool,
}

impl Task {
    /// Starts a task of a known amount.
    pub fn start(what: impl Into<String>, unit: Unit, total: u64) -> Task {
        let what = what.into();
        let terminal = std::io::stderr().is_terminal();
        let bar = terminal.then(|| {
            let template = match unit {
                Unit::Bytes => {
                    "{spinner} {msg} [{bar:28}] {bytes}/{total_bytes} {elapsed} (left {eta})"
                }
                Unit::Steps => "{spinner} {msg} [{bar:28}] {pos}/{len} {elapsed} (left {eta})",
                Unit::None => "{spinner} {msg} {elapsed}",
            };
            let style = ProgressStyle::with_template(template).expect("the templates are valid");
            let bar = ProgressBar::new(total).with_style(style.progress_chars("=> "));
            bar.set_message(what.clone());
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        if bar.is_none() {
            eprintln!("{:>9} {what}{}", "start", amount(unit, total));
        }
        Task {
            what,
            unit,
            total,
            started: Instant::now(),
            bar,
            finished: false,
        }
    }

    /// Sets how much is done, and the total when it has become known.
    pub fn set(&mut self, done: u64, total: u64) {
        self.total = total;
        if let Some(bar) = &self.bar {
            bar.set_length(total);
            bar.set_position(done);
        }
    }

    /// Ends the task well.
    pub fn done(mut self) {
        self.end("done");
    }

    /// Ends the task with less than was asked for.
    pub fn partly(mut self) {
        self.end("partly");
    }

    fn end(&mut self, how: &str) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        let seconds = self.started.elapsed().as_secs_f64();
        eprintln!(
            "{how:>9} {}{} in {seconds:.1} s",
            self.what,
            amount(self.unit, self.total)
        );
        self.finished = true;
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if !self.finished {
            self.end("failed");
        }
    }
}

fn amount(unit: Unit, total: u64) -> String {
    match unit {
        _ if total == 0 => String::new(),
        Unit::Bytes => format!(" ({})", HumanBytes(total)),
        Unit::Steps => format!(" ({total} steps)"),
        Unit::None => String::new(),
    }
}

/// A plain line about what goes on.
pub fn note(text: impl AsRef<str>) {
    eprintln!("{:>9} {}", "note", text.as_ref());
}
