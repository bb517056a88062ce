//! How user threads got into ring 0, as the machine counted it in the whole run.

use super::faults::ExpectedFaults;
use super::outcome::Failure;
use crate::case::Case;
use crate::case::budget::Metric;
use crate::host::Record;
use crate::measure::{count, exceptions};

/// User threads enter ring 0 by system calls and interrupts only, unless the case lets
/// threads fault. Cases without streams may also have the FPU switched on lazily.
pub(super) fn check(case: &Case, record: &Record, expected: &ExpectedFaults) -> Vec<Failure> {
    let faults = !case.allow.faults.is_empty() || !case.allow.exceptions.is_empty();
    if faults || !expected.lines.is_empty() {
        return Vec::new();
    }
    let metric = if case.streams.is_empty() {
        Metric::PrivilegeFaults
    } else {
        Metric::OtherRing0
    };
    let found = record.counters.iter().filter_map(|(core, counters)| {
        let times = count(metric, counters);
        (times > 0).then(|| Failure {
            line: None,
            what: format!("{} of core {core} in the whole run", metric.what()),
            expected: "none".to_owned(),
            came: format!("{times} ({})", exceptions(counters)),
        })
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use acelab_abi::core_id::CoreId;
    use acelab_abi::trace::{CoreCounters, Origin};

    use super::*;
    use crate::case::load_text;

    fn failures(cause: usize, extra: &str) -> Vec<Failure> {
        let text = format!("summary: x\nfirmware: debug\nsnapshot: []\nsteps: [boot]\n{extra}");
        let case = load_text("a/b", &text).expect("a case").remove(0);
        let mut counters = CoreCounters::ZERO;
        counters.exceptions[Origin::User as usize][cause] = 2;
        let record = Record {
            counters: vec![(CoreId::PRIMARY, counters)],
            ..Record::default()
        };
        check(&case, &record, &ExpectedFaults::default())
    }

    const STREAM: &str = "streams: { first: { playback: host0 > gain > ssp0 } }\n";

    #[test]
    fn privilege_faults_fail_every_case_that_does_not_allow_them() {
        let found = failures(28, "");
        assert_eq!(found[0].came, "2 (load prohibited 2)");
        assert_eq!(failures(28, STREAM).len(), 1);
        assert!(failures(28, "allow: { faults: [hostile] }\n").is_empty());
    }

    #[test]
    fn streams_take_no_exception_at_all() {
        assert_eq!(failures(32, STREAM).len(), 1);
        assert!(failures(32, "").is_empty());
    }
}
