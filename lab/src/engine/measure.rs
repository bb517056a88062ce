//! Counting what cores do, and comparing it with their budget and with what they did before.

use acelab_abi::core_id::CoreId;

use super::runner::{Halt, Runner};
use crate::case::budget::Measure;
use crate::measure::{exceeded, measure, violations};

impl Runner<'_> {
    /// Lets ticks pass, notes their figures in the event log, and compares them.
    pub(super) fn measure(&mut self, step: &Measure) -> Result<(), Halt> {
        let all = usize::from(self.host.target().cores());
        let cores: Vec<CoreId> = match &step.cores[..] {
            [] => CoreId::ALL.into_iter().take(all).collect(),
            some => some.iter().map(|core| core.0).collect(),
        };
        let result = measure(&mut self.host, &cores, step.ticks);
        let mut measured = Vec::new();
        for core in self.tried("measure", "virtual time passes", result)? {
            for line in core.lines() {
                self.host.note(format!("measure {line}"));
            }
            for (what, expected, came) in violations(&step.budget, &core) {
                self.fail(what, expected, came);
            }
            measured.push(core.clone());
            self.host.measured.push(core);
        }
        for (name, limits) in &step.above {
            // Names are checked when the case is read, and steps are done in their order.
            let before = self.measured.get(name).map_or(&[][..], Vec::as_slice);
            for (what, expected, came) in exceeded(name, limits, before, &measured) {
                self.fail(what, expected, came);
            }
        }
        if let Some(name) = &step.name {
            self.measured.insert(name.clone(), measured);
        }
        Ok(())
    }
}
