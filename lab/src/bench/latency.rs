//! How long commands take while a stream plays.

use std::fmt::Write as _;

use acelab_abi::clock::Nanos;
use acelab_abi::ipc4::layout;

use super::scenario::{complaint, parse};
use crate::case::stream::TICK;
use crate::engine::run_metered;
use crate::host::Cost;
use crate::symbols::Elf;
use crate::target::Launcher;

/// The commands of the table.
const COMMANDS: [&str; 5] = [
    "create_pipeline",
    "init_instance",
    "bind",
    "set_pipeline_state",
    "delete_pipeline",
];

/// The reviewed figures.
pub const REVIEWED: &str = include_str!("ipc_latency.txt");

/// p50, p99 and the greatest may differ from the reviewed ones by so many percent, or by
/// [`SLACK`] if that is more.
const TOLERANCE: [u64; 3] = [10, 25, 25];
/// Time and instructions that are never too many: those of a tick of the other core, or of another
/// kind of the same command, since few instructions decide whether a command meets a tick, and
/// which kind the median is of.
const SLACK: (Nanos, u64) = (Nanos::from_micros(5), 12_500);

/// The mean of the instructions of commands apart from ticks may differ by so many percent. Which
/// of them are apart changes with time, and each kind of command is of several lengths.
const APART_TOLERANCE: u64 = 5;
/// All that a tick starts is done after this part of it.
const TICK_WORK: Nanos = Nanos::from_micros(150);

/// p50, p99 and the greatest.
pub type Points<T> = [T; 3];

/// How long one kind of command takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Latency {
    /// The command.
    pub command: String,
    /// How many were measured.
    pub count: usize,
    /// Virtual time, rounded to 0.1 us.
    pub time: Points<Nanos>,
    /// Instructions of all cores.
    pub instructions: Points<u64>,
    /// The mean of the instructions of those during which no core had a tick to work on: of
    /// nothing but the command.
    pub apart: u64,
}

/// A stream plays on core 0; others are made, started, stopped and deleted
/// beside it and on core 1, at moments that wander through the tick.
const CASE: &str = "\
summary: How long commands take while a stream plays
machine: { cores: 2 }
snapshot: []
timeout: 60 s
streams:
  steady: { playback: host0 > gain > ssp0 }
  beside: { playback: host1 > gain > ssp1 }
  other: { playback: host2 > gain > ssp2, core: 1 }
steps:
  - boot
  - cores: { up: [1] }
  - start: steady
  - run: 20 ms
  - repeat:
      times: 50
      steps:
        - run: 1.13 ms
        - start: beside
        - run: 2.07 ms
        - stop: beside
        - run: 1.31 ms
        - start: other
        - run: 2.19 ms
        - stop: other
  - stop: steady
";

/// Measures every command of the table.
pub fn measure_latency(launcher: &dyn Launcher, elf: &Elf) -> Result<Vec<Latency>, String> {
    let case = parse("bench/latency", CASE)?;
    let finished = run_metered(&case, launcher, elf);
    if let Some(complaint) = complaint(&finished) {
        return Err(complaint);
    }
    Ok(table(&finished.record.costs))
}

fn table(costs: &[Cost]) -> Vec<Latency> {
    let of = |command: &&str| {
        let costs = costs.iter().filter(|cost| {
            let kind = layout::Message::of(cost.request);
            cost.status == Some(0) && kind.is_some_and(|kind| kind.name == *command)
        });
        let costs: Vec<&Cost> = costs.collect();
        let apart = costs.iter().filter(|cost| is_apart(cost));
        let apart: Vec<u64> = apart.map(|cost| cost.instructions).collect();
        let (times, instructions): (Vec<_>, Vec<_>) = costs
            .iter()
            .map(|cost| (rounded(cost.time), cost.instructions))
            .unzip();
        Latency {
            command: (*command).to_owned(),
            count: times.len(),
            time: points(times),
            instructions: points(instructions),
            apart: mean(&apart),
        }
    };
    COMMANDS.iter().map(of).collect()
}

/// Whether the work of the tick before is done when a command comes, and the next tick begins
/// after its end.
fn is_apart(cost: &Cost) -> bool {
    let begin = cost.start.0 % TICK.0;
    begin >= TICK_WORK.0 && begin + cost.time.0 < TICK.0
}

/// Zero where there is nothing.
fn mean(values: &[u64]) -> u64 {
    let all: u64 = values.iter().sum();
    all.checked_div(values.len() as u64).unwrap_or_default()
}

fn rounded(time: Nanos) -> Nanos {
    Nanos((time.0 + 50) / 100 * 100)
}

/// By the nearest rank; zeros where there is nothing.
fn points<T: Ord + Copy + Default>(mut values: Vec<T>) -> Points<T> {
    values.sort_unstable();
    let rank = |percent: usize| {
        let index = (values.len() * percent).div_ceil(100).saturating_sub(1);
        values.get(index).copied().unwrap_or_default()
    };
    [rank(50), rank(99), rank(100)]
}

/// The table as it is reviewed.
pub fn text(latencies: &[Latency]) -> String {
    let mut text = format!(
        "# Commands during a playback, from the doorbell until reply and DONE: p50, p99, max.\n\
         # They may differ by {} %, {} % and {} %, or by {} us and {} instructions; the mean of\n\
         # the instructions of commands that come and end between two ticks by {} %.\n\
         {:<20} {:>5} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}\n",
        TOLERANCE[0],
        TOLERANCE[1],
        TOLERANCE[2],
        SLACK.0.0 / 1_000,
        SLACK.1,
        APART_TOLERANCE,
        "command",
        "count",
        "us",
        "us",
        "us",
        "instr",
        "instr",
        "instr",
        "apart",
    );
    for latency in latencies {
        let _ = write!(text, "{:<20} {:>5}", latency.command, latency.count);
        for time in latency.time {
            let _ = write!(text, " {:>7}.{}", time.0 / 1_000, time.0 / 100 % 10);
        }
        for instructions in latency.instructions {
            let _ = write!(text, " {instructions:>9}");
        }
        let _ = writeln!(text, " {:>9}", latency.apart);
    }
    text
}

/// What is not as reviewed, one line each.
pub fn differences(reviewed: &str, latencies: &[Latency]) -> Vec<String> {
    let mut found = Vec::new();
    for latency in latencies {
        let line = reviewed
            .lines()
            .find_map(|line| parsed(line, &latency.command));
        let Some(known) = line else {
            found.push(format!("{}: not reviewed", latency.command));
            continue;
        };
        if known.count != latency.count {
            let (was, is) = (known.count, latency.count);
            found.push(format!(
                "{}: {was} were measured, now {is}",
                latency.command
            ));
        }
        for (index, point) in ["p50", "p99", "max"].into_iter().enumerate() {
            let (was, is) = (known.time[index], latency.time[index]);
            let percent = TOLERANCE[index];
            if !near(was.0, is.0, percent, SLACK.0.0) {
                found.push(format!("{} {point}: {was}, now {is}", latency.command));
            }
            let (was, is) = (known.instructions[index], latency.instructions[index]);
            if !near(was, is, percent, SLACK.1) {
                let command = &latency.command;
                found.push(format!("{command} {point}: {was} instructions, now {is}"));
            }
        }
        let (was, is) = (known.apart, latency.apart);
        if !near(was, is, APART_TOLERANCE, 0) {
            let command = &latency.command;
            let apart = "apart from ticks";
            found.push(format!("{command} {apart}: {was} instructions, now {is}"));
        }
    }
    found
}

fn near(was: u64, is: u64, percent: u64, slack: u64) -> bool {
    was.abs_diff(is) <= slack.max(was * percent / 100)
}

fn parsed(line: &str, command: &str) -> Option<Latency> {
    let mut words = line.split_whitespace();
    if words.next() != Some(command) {
        return None;
    }
    let count = words.next()?.parse().ok()?;
    let mut time = || {
        let (micros, tenths) = words.next()?.split_once('.')?;
        let micros: u64 = micros.parse().ok()?;
        let tenths: u64 = tenths.parse().ok()?;
        Some(Nanos(micros * 1_000 + tenths * 100))
    };
    let time = [time()?, time()?, time()?];
    let mut instructions = || words.next()?.parse().ok();
    let instructions = [instructions()?, instructions()?, instructions()?];
    let apart = words.next()?.parse().ok()?;
    Some(Latency {
        command: command.to_owned(),
        count,
        time,
        instructions,
        apart,
    })
}

#[cfg(test)]
mod tests {
    use acelab_abi::ipc4::Primary;

    use super::*;

    fn costs(command: &str, times: impl IntoIterator<Item = u64>) -> Vec<Cost> {
        let kind = layout::Message::by_name(command).expect("a command");
        let cost = |micros| Cost {
            request: Primary::new(kind.header().word()),
            status: Some(0),
            start: Nanos::from_micros(5_150),
            time: Nanos::from_micros(micros),
            instructions: 500 * micros,
        };
        times.into_iter().map(cost).collect()
    }

    #[test]
    fn the_case_of_the_bench_can_be_read() {
        assert!(parse("bench/latency", CASE).is_ok());
    }

    #[test]
    fn points_are_by_nearest_rank_and_refusals_do_not_count() {
        let mut all = costs("bind", 1..=200);
        let mut refused = costs("bind", [9_000])[0];
        refused.status = Some(9);
        all.push(refused);
        let table = table(&all);
        let bind = &table[2];
        assert_eq!(bind.apart, 50_250);
        assert_eq!((bind.command.as_str(), bind.count), ("bind", 200));
        assert_eq!(bind.time, [100, 198, 200].map(Nanos::from_micros));
        assert_eq!(bind.instructions, [50_000, 99_000, 100_000]);
        assert_eq!(table[0].count, 0);
    }

    #[test]
    fn a_table_is_read_back_and_what_leaves_its_tolerance_is_found() {
        let table = |micros| {
            COMMANDS
                .iter()
                .flat_map(|command| costs(command, [micros; 3]))
                .collect::<Vec<_>>()
        };
        let reviewed = text(&super::table(&table(500)));
        let differences = |micros| differences(&reviewed, &super::table(&table(micros)));
        assert!(differences(500).is_empty() && differences(525).is_empty());
        // Of five commands the mean apart from ticks; and one point or three, of time and of
        // instructions.
        assert_eq!(differences(550).len(), 5);
        assert_eq!(differences(555).len(), 15);
        assert_eq!(differences(445).len(), 15);
        assert_eq!(differences(630).len(), 35);
        assert_eq!(differences(370).len(), 35);
        let fewer = super::table(&costs("bind", [100]));
        assert!(!super::differences(&reviewed, &fewer).is_empty());
        assert_eq!(super::differences("", &fewer).len(), 5);
    }

    #[test]
    fn a_short_command_may_not_hide_in_the_slack_for_a_tick() {
        let short = |micros| table(&costs("bind", [micros; 3]));
        let reviewed = text(&short(20));
        assert!(differences(&reviewed, &short(20)).is_empty());
        let found = differences(&reviewed, &short(22));
        let bind: Vec<&String> = found
            .iter()
            .filter(|line| line.starts_with("bind"))
            .collect();
        assert_eq!(
            bind,
            ["bind apart from ticks: 10000 instructions, now 11000"]
        );
    }

    #[test]
    fn a_command_that_meets_a_tick_is_not_apart() {
        let at = |start, time| Cost {
            start: Nanos::from_micros(start),
            ..costs("bind", [time])[0]
        };
        assert!(is_apart(&at(7_150, 849)));
        assert!(!is_apart(&at(7_149, 10)), "the tick before may last");
        assert!(!is_apart(&at(7_150, 850)), "the next tick begins");
        assert!(!is_apart(&at(7_900, 2_000)), "two ticks begin");
        assert_eq!(table(&[at(7_000, 10), at(7_200, 20)])[2].apart, 10_000);
    }
}
