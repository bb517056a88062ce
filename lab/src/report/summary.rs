//! The figures under a run.

use std::fmt;
use std::time::Duration;

use crate::suite::CaseResult;

/// Counts and times of several cases. Times are wall-clock time, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Cases that passed.
    pub passed: usize,
    /// Cases that failed or differ from their snapshot.
    pub failed: usize,
    /// Cases that say nothing about the firmware.
    pub broken: usize,
    /// Selected cases that never began.
    pub skipped: usize,
    /// Time of the whole run.
    pub wall: Duration,
    /// Median time of a case.
    pub median: Duration,
    /// Median of what the lab itself used of it.
    pub own_share: Duration,
    /// Average cost of one access over the link to the target.
    pub access: Duration,
    /// Number of such accesses.
    pub accesses: u32,
}

impl Summary {
    /// The figures of `results` out of `selected` cases.
    pub fn of(results: &[CaseResult<'_>], selected: usize, wall: Duration) -> Self {
        let count = |code| {
            results
                .iter()
                .filter(|result| result.exit_code() == code)
                .count()
        };
        let usage = |f: fn(&CaseResult<'_>) -> Duration| median(results.iter().map(f).collect());
        let accesses = results
            .iter()
            .map(|result| result.finished.usage.accesses)
            .sum::<u32>();
        let accessing = results
            .iter()
            .map(|result| result.finished.usage.accessing)
            .sum::<Duration>();
        Self {
            passed: count(0),
            failed: count(1),
            broken: count(3),
            skipped: selected.saturating_sub(results.len()),
            wall,
            median: usage(|result| result.finished.wall),
            own_share: usage(|result| {
                result
                    .finished
                    .wall
                    .saturating_sub(result.finished.usage.waiting)
            }),
            access: accessing.checked_div(accesses).unwrap_or_default(),
            accesses,
        }
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// A duration in the unit that fits it.
pub(crate) fn human(time: Duration) -> String {
    match time.as_nanos() {
        0..1_000_000 => format!("{:.1} µs", time.as_secs_f64() * 1e6),
        1_000_000..1_000_000_000 => format!("{:.1} ms", time.as_secs_f64() * 1e3),
        _ => format!("{:.2} s", time.as_secs_f64()),
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed", self.passed)?;
        for (count, word) in [
            (self.failed, "failed"),
            (self.broken, "broken"),
            (self.skipped, "not run"),
        ] {
            if count > 0 {
                write!(f, ", {count} {word}")?;
            }
        }
        writeln!(f, " in {}", human(self.wall))?;
        write!(
            f,
            "median per case {}, of it the lab's own share {}; {} per access over the link ({} accesses)",
            human(self.median),
            human(self.own_share),
            human(self.access),
            self.accesses,
        )
    }
}
