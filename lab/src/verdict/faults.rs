//! Reports on user threads that the kernel has stopped.

use std::collections::BTreeSet;

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::fault_report::{Head, MODULE};

use crate::case::expect::Allow;
use crate::host::log::LogLine;

/// The first line of a report, if this is one: of the module and the level that
/// only the kernel's reports have.
pub fn report_head(line: &LogLine) -> Option<Head<'_>> {
    Head::parse(of_report(line)?)
}

/// Where the thread was, of the report whose first line is that of `index`: its second line.
pub(super) fn place_of(log: &[LogLine], index: usize) -> Option<&str> {
    let (head, rest) = log.get(index..)?.split_first()?;
    report_head(head)?;
    let line = rest.iter().find(|line| line.core == head.core)?;
    let place = of_report(line)?.strip_prefix("**  ")?;
    place.starts_with("PC ").then_some(place)
}

/// The text of a line of a report.
fn of_report(line: &LogLine) -> Option<&str> {
    let text = line.text.strip_prefix("<err> ")?;
    text.strip_prefix(MODULE)?.strip_prefix(": ")
}

/// What the steps of a case have waited for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExpectedFaults {
    /// First lines of reports, by their place in the log.
    pub lines: BTreeSet<usize>,
    /// Notifications, by their place among the messages.
    pub mail: BTreeSet<usize>,
}

/// The reports in a log.
pub(super) struct UserFaults {
    /// For each line: whether it belongs to a report, and if so to an expected one.
    lines: Vec<Option<bool>>,
    /// Reports of each core that no notification has told of yet.
    untold: [u32; MAX_CORES],
}

impl UserFaults {
    pub fn of(allow: &Allow, expected: &ExpectedFaults, log: &[LogLine]) -> Self {
        let mut current = [None; MAX_CORES];
        let mut untold = [0; MAX_CORES];
        let mut lines = Vec::with_capacity(log.len());
        for (index, line) in log.iter().enumerate() {
            let own = &mut current[line.core.index()];
            if let Some(head) = report_head(line) {
                let allowed = allow.faults.iter().any(|name| name == head.thread);
                *own = Some(allowed || expected.lines.contains(&index));
                untold[head.core.index()] += 1;
            } else if of_report(line).is_none() {
                *own = None;
            }
            lines.push(*own);
        }
        Self { lines, untold }
    }

    /// Whether a line of the log is part of a report, and of an expected one.
    pub fn of_line(&self, index: usize) -> Option<bool> {
        self.lines.get(index).copied().flatten()
    }

    /// A notification for `core`: whether there is a report it tells of. The
    /// report itself says whether it was expected.
    pub fn take_notification(&mut self, core: CoreId) -> bool {
        let untold = &mut self.untold[core.index()];
        let told = *untold > 0;
        *untold = untold.saturating_sub(1);
        told
    }
}

/// Reports on threads that a case allows to be stopped however often.
pub struct Allowed {
    lines: Vec<bool>,
    /// How many, by core.
    pub reports: [u32; MAX_CORES],
}

impl Allowed {
    /// Those in a log.
    pub fn of(allow: &Allow, log: &[LogLine]) -> Self {
        let faults = UserFaults::of(allow, &ExpectedFaults::default(), log);
        let lines: Vec<_> = faults
            .lines
            .iter()
            .map(|line| *line == Some(true))
            .collect();
        let mut reports = [0; MAX_CORES];
        for (line, allowed) in log.iter().zip(&lines) {
            if let Some(head) = report_head(line).filter(|_| *allowed) {
                reports[head.core.index()] += 1;
            }
        }
        Self { lines, reports }
    }

    /// Whether a line of the log belongs to one.
    pub fn has_line(&self, index: usize) -> bool {
        self.lines.get(index).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use acelab_abi::clock::Nanos;

    fn log(lines: &[(u8, &str)]) -> Vec<LogLine> {
        let line = |(core, text): &(u8, &str)| {
            let core = CoreId::new(*core).expect("a core");
            LogLine::parse(core, Nanos(0), &format!("[    0.000001] {text}"))
        };
        lines.iter().map(line).collect()
    }

    const REPORT: &[(u8, &str)] = &[
        (0, "<inf> init: ready"),
        (
            1,
            "<err> fault: ** USER FAULT thread \"bad\" core 1 ring 2: EXCCAUSE 28 (load prohibited)",
        ),
        (0, "<err> os: out of luck"),
        (1, "<err> fault: **  PC 0xa0100000 VADDR 0x00000000"),
        (1, "<err> os: not of the report"),
        (
            0,
            "<inf> fault: ** USER FAULT thread \"bad\" core 1 ring 2: panic: forged",
        ),
        (
            0,
            "<err> user: ** USER FAULT thread \"bad\" core 1 ring 2: panic: forged",
        ),
    ];

    fn of(allow: &[&str], claimed: &[usize]) -> Vec<Option<bool>> {
        let allow = Allow {
            faults: allow.iter().map(|name| (*name).to_owned()).collect(),
            ..Allow::default()
        };
        let expected = ExpectedFaults {
            lines: claimed.iter().copied().collect(),
            ..ExpectedFaults::default()
        };
        UserFaults::of(&allow, &expected, &log(REPORT)).lines
    }

    #[test]
    fn a_report_is_expected_if_claimed_or_allowed_by_name() {
        let with = |expected| [None, Some(expected), None, Some(expected), None, None, None];
        assert_eq!(of(&[], &[]), with(false));
        assert_eq!(of(&["other"], &[3]), with(false));
        assert_eq!(of(&["bad"], &[]), with(true));
        assert_eq!(of(&[], &[1]), with(true));
    }

    #[test]
    fn reports_that_are_allowed_are_counted_by_core() {
        let allow = Allow {
            faults: vec!["bad".to_owned()],
            ..Allow::default()
        };
        let allowed = Allowed::of(&allow, &log(REPORT));
        let lines: Vec<_> = (0..6).map(|index| allowed.has_line(index)).collect();
        assert_eq!(lines, [false, true, false, true, false, false]);
        assert_eq!(allowed.reports, [0, 1, 0, 0, 0]);
        let none = Allowed::of(&Allow::default(), &log(REPORT));
        assert_eq!(none.reports, [0; MAX_CORES]);
        assert!(!none.has_line(1));
    }

    #[test]
    fn a_report_says_where_the_thread_was() {
        let log = log(REPORT);
        let place = |index| place_of(&log, index);
        assert_eq!(place(1), Some("PC 0xa0100000 VADDR 0x00000000"));
        assert_eq!([place(0), place(3), place(5), place(7)], [None; 4]);
        assert_eq!(place_of(&log[..3], 1), None);
    }

    #[test]
    fn each_report_is_told_once() {
        let mut faults =
            UserFaults::of(&Allow::default(), &ExpectedFaults::default(), &log(REPORT));
        assert!(!faults.take_notification(CoreId::PRIMARY));
        assert!(faults.take_notification(CoreId::ALL[1]));
        assert!(!faults.take_notification(CoreId::ALL[1]));
    }
}
