//! Comparing what cores did with what they may do.

use std::collections::BTreeMap;

use acelab_abi::trace::Origin;

use super::stats::{CoreTicks, calls, exceptions};
use crate::case::budget::{Limit, Metric};
use crate::case::percent::Percent;
use crate::case::time::VirtualTime;

/// A limit that is not kept: what, expected, came.
pub type Violation = (String, String, String);

/// The limits that a core has not kept.
pub fn violations(budget: &BTreeMap<Metric, Limit>, measured: &CoreTicks) -> Vec<Violation> {
    let mut found = Vec::new();
    for (metric, limit) in budget {
        let Some(spread) = measured.spread(*metric) else {
            continue;
        };
        let worst = if !metric.is_per_tick() {
            (!limit.admits(spread.total)).then(|| format!("{}", spread.total))
        } else {
            let ends = [spread.most, spread.least];
            let worst = ends.into_iter().find(|(value, _)| !limit.admits(*value));
            worst.map(|(value, at)| format!("{value} in the tick at {}", VirtualTime(at)))
        };
        if let Some(worst) = worst {
            let scope = if metric.is_per_tick() {
                "in each tick"
            } else {
                "in all"
            };
            let what = format!("{} of core {}", metric.what(), measured.core);
            found.push((
                what,
                format!("{limit} {scope}"),
                worst + &detail(*metric, measured),
            ));
        }
    }
    found
}

/// Means of a tick that are more above those of `before`, measured under `name`, than they may be.
pub fn exceeded(
    name: &str,
    limits: &BTreeMap<Metric, Percent>,
    before: &[CoreTicks],
    measured: &[CoreTicks],
) -> Vec<Violation> {
    let mut found = Vec::new();
    for now in measured {
        let what = |metric: Metric| format!("{} of core {}", metric.what(), now.core);
        let known = before.iter().find(|ticks| ticks.core == now.core);
        for (metric, limit) in limits {
            let total = |ticks: &CoreTicks| Some((ticks.spread(*metric)?.total, ticks.ticks));
            let (Some(old), Some(new)) = (known.and_then(total), total(now)) else {
                let expected = format!("figures of core {} in `{name}`", now.core);
                found.push((what(*metric), expected, "none were measured".to_owned()));
                continue;
            };
            if !limit.admits(new, old) {
                let [old, new] = [old, new].map(|(total, ticks)| total as f64 / ticks as f64);
                let above = 100.0 * (new - old) / old;
                found.push((
                    what(*metric),
                    format!("in the mean at most {limit} above those of `{name}`, {old:.1}"),
                    format!("{new:.1}, {above:.2} % above"),
                ));
            }
        }
    }
    found
}

/// What it was made of, where that has names.
fn detail(metric: Metric, measured: &CoreTicks) -> String {
    let detail = match metric {
        Metric::SyscallsPerTick | Metric::LocksPerTick => calls(&measured.busiest, Origin::User),
        Metric::KernelSyscallsPerTick => calls(&measured.total, Origin::Kernel),
        Metric::PrivilegeFaults | Metric::OtherRing0 => exceptions(&measured.total),
        _ => String::new(),
    };
    if detail.is_empty() {
        detail
    } else {
        format!(" ({detail})")
    }
}

#[cfg(test)]
mod tests {
    use acelab_abi::clock::Nanos;
    use acelab_abi::core_id::CoreId;
    use acelab_abi::syscall::Syscall;
    use acelab_abi::trace::{Activity, CoreCounters};

    use super::*;
    use crate::measure::count;

    /// A tick with one of everything, and so many more of what `change` says.
    fn tick(change: impl FnOnce(&mut CoreCounters)) -> CoreCounters {
        let mut tick = CoreCounters::ZERO;
        change(&mut tick);
        tick
    }

    /// For each metric, a tick that raises it to three.
    fn raised(metric: Metric) -> CoreCounters {
        tick(|tick| match metric {
            Metric::SyscallsPerTick => tick.syscalls[Origin::User as usize][27] = 3,
            Metric::KernelSyscallsPerTick => tick.syscalls[Origin::Kernel as usize][27] = 3,
            Metric::LocksPerTick => {
                tick.syscalls[Origin::User as usize][Syscall::MutexLock.number() as usize] = 2;
                tick.syscalls[Origin::Kernel as usize][Syscall::MutexUnlock.number() as usize] = 1;
            }
            Metric::InterruptsPerTick => tick.interrupts[2] = 3,
            Metric::InstructionsPerTick => {
                tick.instructions[0] = 1;
                tick.instructions[3] = 2;
            }
            Metric::UserInstructionsPerTick => {
                tick.instructions[Activity::Ring2 as usize] = 3;
            }
            Metric::KernelInstructionsPerTick => {
                tick.instructions[Activity::Ring0 as usize] = 3;
            }
            Metric::HandlerInstructionsPerTick => {
                tick.instructions[Activity::Handler as usize] = 3;
            }
            Metric::PrivilegeFaults => tick.exceptions[Origin::User as usize][28] = 3,
            Metric::OtherRing0 => tick.exceptions[Origin::User as usize][32] = 3,
        })
    }

    fn measured(ticks: &[CoreCounters]) -> CoreTicks {
        let mut measured = CoreTicks::new(CoreId::PRIMARY);
        for (index, tick) in ticks.iter().enumerate() {
            measured.add(Nanos::from_millis(index as u64), tick);
        }
        measured
    }

    #[test]
    fn every_metric_has_a_limit_that_a_tick_can_break() {
        for metric in Metric::ALL {
            assert_eq!(count(metric, &raised(metric)), 3, "{metric:?}");
            let ticks = measured(&[CoreCounters::ZERO, raised(metric), CoreCounters::ZERO]);
            let of = |limit| violations(&BTreeMap::from([(metric, limit)]), &ticks).len();
            assert_eq!(of(Limit::Most(2)), 1, "{metric:?}");
            assert_eq!(of(Limit::Most(3)), 0, "{metric:?}");
            // What is counted in all is there; what is counted by tick is missing in two.
            let missing = usize::from(metric.is_per_tick());
            assert_eq!(of(Limit::Range(1, 3)), missing, "{metric:?}");
            assert_eq!(of(Limit::Range(4, 5)), 1, "{metric:?}");
        }
    }

    #[test]
    fn a_violation_names_core_tick_and_calls() {
        let ticks = measured(&[CoreCounters::ZERO, raised(Metric::SyscallsPerTick)]);
        let budget = BTreeMap::from([(Metric::SyscallsPerTick, Limit::Most(2))]);
        let (what, expected, came) = violations(&budget, &ticks).remove(0);
        assert_eq!(what, "system calls of user threads of core 0");
        assert_eq!(expected, "at most 2 in each tick");
        assert_eq!(came, "3 in the tick at 1 ms (timer_wait 3)");
    }

    #[test]
    fn what_is_too_far_above_earlier_figures_is_told() {
        let ticks = |count: u64| {
            let tick = tick(|tick| tick.instructions[Activity::Ring2 as usize] = count);
            measured(&[tick, tick])
        };
        let two = "2 %".parse().expect("a percentage");
        let limits = BTreeMap::from([(Metric::InstructionsPerTick, two)]);
        let found = |count| exceeded("old", &limits, &[ticks(1_000)], &[ticks(count)]);
        assert_eq!(found(1_020), []);
        assert_eq!(found(500), []);
        let told = (
            "instructions of core 0".to_owned(),
            "in the mean at most 2 % above those of `old`, 1000.0".to_owned(),
            "1021.0, 2.10 % above".to_owned(),
        );
        assert_eq!(found(1_021), [told]);
        assert_eq!(exceeded("old", &limits, &[], &[ticks(1)]).len(), 1);
    }

    #[test]
    fn a_privilege_fault_is_an_entry_to_ring_0_and_a_call_is_none() {
        let fault = raised(Metric::PrivilegeFaults);
        assert_eq!(count(Metric::OtherRing0, &fault), 3);
        let call = raised(Metric::SyscallsPerTick);
        assert_eq!(count(Metric::OtherRing0, &call), 0);
    }

    #[test]
    fn the_report_has_each_figure_once() {
        let ticks = measured(&[raised(Metric::SyscallsPerTick), CoreCounters::ZERO]);
        let lines = ticks.lines();
        assert_eq!(lines[0], "core 0, 2 ticks");
        let figure = "  system calls of user threads in a tick: 0 to 3, mean 1";
        assert!(lines.iter().any(|line| line == figure), "{lines:?}");
        assert_eq!(
            lines.last().map(String::as_str),
            Some("  system calls of user threads: timer_wait 3")
        );
    }
}
