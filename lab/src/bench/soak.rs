//! A random host, for long.
//!
//! Each round is a case of its own, written here: so one that fails is printed
//! as it is, and reproduces the failure.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use super::scenario::{complaint, parse};
use crate::engine::run_case;
use crate::symbols::Elf;
use crate::target::{Launcher, interrupted};

/// Messages of one round.
const ROUND: u32 = 2_000;

/// A round that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoakFailure {
    /// The case file.
    pub case: String,
    /// What was wrong.
    pub complaint: String,
}

/// What became of a soak.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Soaked {
    /// Messages that were sent.
    pub messages: u32,
    /// The rounds that failed, in the order of their seeds.
    pub failures: Vec<SoakFailure>,
}

/// Sends at least `messages` messages in rounds with seeds from `seed` on,
/// `jobs` rounds at a time. `on_round` is told the rounds that are done, and of how many.
pub fn soak(
    launcher: &dyn Launcher,
    elf: &Elf,
    messages: u32,
    seed: u64,
    jobs: usize,
    on_round: &(dyn Fn(u32, u32) + Sync),
) -> Soaked {
    let rounds = messages.div_ceil(ROUND);
    let (next, done) = (AtomicU32::new(0), AtomicU32::new(0));
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    let round = next.fetch_add(1, Ordering::Relaxed);
                    if round >= rounds || interrupted() {
                        return;
                    }
                    if let Some(failure) = one_round(launcher, elf, seed + u64::from(round)) {
                        let mut failures = failures
                            .lock()
                            .unwrap_or_else(|poisoned| poisoned.into_inner());
                        failures.push((round, failure));
                    }
                    on_round(done.fetch_add(1, Ordering::Relaxed) + 1, rounds);
                }
            });
        }
    });
    let mut failures = failures
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    failures.sort_by_key(|(round, _)| *round);
    Soaked {
        messages: done.into_inner() * ROUND,
        failures: failures.into_iter().map(|(_, failure)| failure).collect(),
    }
}

fn one_round(launcher: &dyn Launcher, elf: &Elf, seed: u64) -> Option<SoakFailure> {
    let text = case_text(seed);
    let complaint = match parse("soak/round", &text) {
        Ok(case) => complaint(&run_case(&case, launcher, elf)),
        Err(wrong) => Some(wrong),
    };
    complaint.map(|complaint| SoakFailure {
        case: text,
        complaint,
    })
}

/// The case of a round: the flood, and a playback that must still be right.
fn case_text(seed: u64) -> String {
    let core = seed % 5;
    format!(
        "# yaml-language-server: $schema=../schema.json
summary: A host without any order, seed {seed}, and a playback afterwards
tags: [ipc, random]
machine: {{ cores: 5 }}
seed: {seed}
timeout: 600 s
snapshot: []
streams:
  after: {{ playback: host0 > gain > ssp0, core: {core} }}
# The flood leaves its streams without sound; that one is done before `after` begins.
expect: {{ audio: {{ after: {{ glitches: 0, xruns: 1000000 }} }} }}
steps:
  - boot
  - cores: {{ up: [1, 2, 3, 4] }}
  - flood: {{ messages: {ROUND}, of: streams, gap: 2 ms, within: 500 ms }}
  # A channel that one of the messages had prepared for a library waits for it, whatever becomes of it.
  - ipc: {{ load_library: {{ library: 0 }} }}
    expect: {{ status: error_invalid_param }}
  - cores: {{ up: [1, 2, 3, 4] }}
  - start: after
  - run: 50 ms
  - stop: after
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::step::{FloodOf, Step};

    #[test]
    fn a_round_is_a_case_with_its_seed() {
        let case = parse("soak/round", &case_text(17)).expect("a case");
        assert_eq!(case.seed, 17);
        let floods = case.steps.iter().filter(
            |step| matches!(&step.step, Step::Flood(flood) if flood.of == FloodOf::Streams && flood.messages == ROUND),
        );
        assert_eq!(floods.count(), 1);
    }
}
