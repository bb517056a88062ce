//! What a tick of the LL scheduler costs with some streams.

use acelab_abi::core_id::CoreId;

use super::scenario::{complaint, parse};
use crate::case::budget::Metric;
use crate::engine::run_case;
use crate::measure::CoreTicks;
use crate::symbols::Elf;
use crate::target::Launcher;

/// Ticks that are measured.
const TICKS: u32 = 200;

/// The streams that are played in turn.
pub const STREAMS: [usize; 3] = [0, 1, 4];

/// What user mode may cost above kernel mode, in percent of a tick's instructions with one stream.
pub const OVERHEAD_LIMIT: f64 = 5.0;

/// What the ticks of core 0 cost with `streams` playbacks on it.
pub fn measure_ticks(
    launcher: &dyn Launcher,
    elf: &Elf,
    streams: usize,
) -> Result<CoreTicks, String> {
    let case = parse("bench/ticks", &text(streams))?;
    let finished = run_case(&case, launcher, elf);
    if let Some(complaint) = complaint(&finished) {
        return Err(complaint);
    }
    let core0 = finished.record.measured.into_iter();
    core0
        .into_iter()
        .find(|ticks| ticks.core == CoreId::PRIMARY)
        .ok_or_else(|| "nothing was measured".to_owned())
}

fn text(streams: usize) -> String {
    let mut text = String::from("summary: What a tick costs\nsnapshot: []\n");
    let names: Vec<String> = (0..streams).map(|index| format!("s{index}")).collect();
    if streams > 0 {
        text.push_str("streams:\n");
    }
    for (index, name) in names.iter().enumerate() {
        text.push_str(&format!(
            "  {name}: {{ playback: host{index} > gain > ssp{index} }}\n"
        ));
    }
    text.push_str("steps:\n  - boot\n");
    for name in &names {
        text.push_str(&format!("  - start: {name}\n"));
    }
    text.push_str(&format!(
        "  - run: 50 ms\n  - measure: {{ ticks: {TICKS} }}\n"
    ));
    for name in &names {
        text.push_str(&format!("  - stop: {name}\n"));
    }
    text
}

/// What the mean tick of `user` takes above that of `kernel`, in percent;
/// nothing where the kernel's takes nothing.
pub fn overhead(user: &CoreTicks, kernel: &CoreTicks) -> Option<f64> {
    let mean = |ticks: &CoreTicks| {
        let all = ticks.spread(Metric::InstructionsPerTick)?;
        Some(all.total as f64 / ticks.ticks as f64)
    };
    let (user, kernel) = (mean(user)?, mean(kernel)?);
    (kernel > 0.0).then(|| 100.0 * (user - kernel) / kernel)
}

#[cfg(test)]
mod tests {
    use acelab_abi::clock::Nanos;
    use acelab_abi::trace::CoreCounters;

    use super::*;

    #[test]
    fn the_cases_of_the_bench_can_be_read() {
        for streams in STREAMS {
            assert!(parse("bench/ticks", &text(streams)).is_ok(), "{streams}");
        }
    }

    #[test]
    fn overhead_is_in_percent_of_the_kernels_tick() {
        let ticks = |instructions: u64| {
            let mut tick = CoreCounters::ZERO;
            tick.instructions[3] = instructions;
            let mut ticks = CoreTicks::new(CoreId::PRIMARY);
            ticks.add(Nanos::ZERO, &tick);
            ticks.add(Nanos::ZERO, &tick);
            ticks
        };
        assert_eq!(overhead(&ticks(1_040), &ticks(1_000)), Some(4.0));
        assert_eq!(overhead(&ticks(1_000), &ticks(0)), None);
    }
}
