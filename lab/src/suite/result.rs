//! A case with everything that belongs to its verdict.

use crate::case::Case;
use crate::engine::{Finished, run_case};
use crate::snapshot::{Comparison, Store, render};
use crate::symbols::Symbols;
use crate::target::Launcher;
use crate::verdict::Verdict;

use super::firmware::FirmwareSet;

/// What cases run with.
pub struct Suite<'a> {
    /// Starts targets.
    pub launcher: &'a dyn Launcher,
    /// The firmware builds.
    pub firmware: &'a FirmwareSet,
    /// The reviewed snapshots.
    pub snapshots: &'a Store,
}

/// A case and what became of it.
#[derive(Debug, Clone)]
pub struct CaseResult<'a> {
    /// The case.
    pub case: &'a Case,
    /// The run.
    pub finished: Finished,
    /// The difference from the reviewed snapshot, if there is one.
    pub difference: Option<Comparison>,
}

impl Suite<'_> {
    /// Runs a case and compares its snapshot. A run that failed is not
    /// compared: its snapshot would only repeat the failure.
    pub fn run<'a>(&self, case: &'a Case) -> CaseResult<'a> {
        let elf = match self.firmware.get(case.firmware) {
            Ok(elf) => elf,
            Err(reason) => {
                return CaseResult {
                    case,
                    finished: Finished::broken(reason),
                    difference: None,
                };
            }
        };
        let mut finished = run_case(case, self.launcher, elf);
        let mut difference = None;
        if finished.verdict == Verdict::Pass && !case.snapshot.is_empty() {
            let record = &finished.record;
            let libraries = Some(self.firmware.libraries());
            let symbols = Symbols::of_run(Some(elf), libraries, &record.log);
            let text = render(case, record, &finished.audio, &symbols);
            match self.snapshots.compare(case, &text) {
                Ok(Comparison::Same) => {}
                Ok(different) => difference = Some(different),
                Err(error) => {
                    finished.verdict = Verdict::Infrastructure(format!("snapshots: {error}"));
                }
            }
        }
        CaseResult {
            case,
            finished,
            difference,
        }
    }
}

impl CaseResult<'_> {
    /// The verdict, with the snapshot counted in.
    pub fn exit_code(&self) -> u8 {
        let own = self.finished.verdict.exit_code();
        if self.difference.is_some() {
            own.max(1)
        } else {
            own
        }
    }

    /// The word for lists.
    pub fn word(&self) -> &'static str {
        if self.finished.verdict == Verdict::Pass && self.difference.is_some() {
            "DIFF"
        } else {
            self.finished.verdict.word()
        }
    }

    /// Whether there is nothing to report.
    pub fn passed(&self) -> bool {
        self.exit_code() == 0
    }
}
