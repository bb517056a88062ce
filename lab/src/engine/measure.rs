//! Counting what cores do, and comparing it with their budget.

use acelab_abi::core_id::CoreId;

use super::runner::{Halt, Runner};
use crate::case::budget::Measure;
use crate::measure::{measure, violations};

impl Runner<'_> {
    /// Lets ticks pass, notes their figures in the event log, and compares them.
    pub(super) fn measure(&mut self, step: &Measure) -> Result<(), Halt> {
        let all = usize::from(self.host.target().cores());
        let cores: Vec<CoreId> = match &step.cores[..] {
            [] => CoreId::ALL.into_iter().take(all).collect(),
            some => some.iter().map(|core| core.0).collect(),
        };
        let result = measure(&mut self.host, &cores, step.ticks);
        for core in self.tried("measure", "virtual time passes", result)? {
            for line in core.lines() {
                self.host.note(format!("measure {line}"));
            }
            for (what, expected, came) in violations(&step.budget, &core) {
                self.fail(what, expected, came);
            }
            self.host.measured.push(core);
        }
        Ok(())
    }
}
