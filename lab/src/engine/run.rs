//! One case from start to verdict.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use acelab_abi::clock::Nanos;

use super::runner::{Halt, Runner};
use crate::case::Case;
use crate::host::{Host, Record};
use crate::symbols::Elf;
use crate::target::{CoreState, Launcher, Metered, Usage};
use crate::verdict::audio::{AudioResult, judge};
use crate::verdict::{self, Verdict};

/// A case that has run.
#[derive(Debug, Clone)]
pub struct Finished {
    /// What it is worth, before the snapshot is compared.
    pub verdict: Verdict,
    /// What happened.
    pub record: Record,
    /// The registers of every core at the end, if the case failed.
    pub cores: Vec<CoreState>,
    /// What was recorded of the streams.
    pub audio: Vec<AudioResult>,
    /// What the target said outside the link.
    pub diagnostics: String,
    /// Virtual time at the end.
    pub virtual_time: Nanos,
    /// Wall-clock time of the whole case.
    pub wall: Duration,
    /// How much of it was spent waiting for the target.
    pub usage: Usage,
}

/// Runs `case` with the firmware `elf` on a new target.
pub fn run_case(case: &Case, launcher: &dyn Launcher, elf: &Elf) -> Finished {
    run(case, launcher, elf, false)
}

/// As [`run_case`], and notes what each request costs.
pub fn run_metered(case: &Case, launcher: &dyn Launcher, elf: &Elf) -> Finished {
    run(case, launcher, elf, true)
}

fn run(case: &Case, launcher: &dyn Launcher, elf: &Elf, metered: bool) -> Finished {
    let start = Instant::now();
    let usage = Rc::new(Cell::new(Usage::default()));
    let launched = launcher.launch(case.cores);
    usage.set(Usage {
        waiting: start.elapsed(),
        ..Usage::default()
    });
    let mut finished = match launched {
        Ok(target) => {
            let target = Box::new(Metered::new(target, Rc::clone(&usage)));
            let mut host = Host::new(target, case.timeout.0);
            if metered {
                host.meter_requests();
            }
            drive(case, host, elf)
        }
        Err(error) => Finished::broken(error.to_string()),
    };
    finished.usage = usage.get();
    finished.wall = start.elapsed();
    finished
}

fn drive(case: &Case, host: Host, elf: &Elf) -> Finished {
    let mut runner = Runner::new(host, case, &elf.image);
    let halt = runner.case().err();
    let Runner {
        mut host,
        mut failures,
        tolerated,
        faults,
        streams,
        ..
    } = runner;
    let diagnostics = host.diagnostics();
    let virtual_time = host.now();
    let mut cores = Vec::new();
    let (record, broken) = match halt {
        // A target that is broken is not asked anything any more.
        Some(Halt::Target(error)) => (host.abandon(), Some(error.to_string())),
        halted => {
            if halted.is_some() || !failures.is_empty() {
                cores = host.core_states();
            }
            let (record, end) = host.finish();
            (record, end.err().map(|error| error.to_string()))
        }
    };
    failures.extend(verdict::check(case, &record, &tolerated, &faults));
    let (audio, found) = judge(case, &streams.tracks, &record);
    failures.extend(found);
    let failures = verdict::found_or_failures(case, failures);
    let verdict = match broken {
        Some(reason) => Verdict::Infrastructure(reason),
        None if failures.is_empty() => Verdict::Pass,
        None => Verdict::Fail(failures),
    };
    Finished {
        verdict,
        record,
        cores,
        audio,
        diagnostics,
        virtual_time,
        wall: Duration::ZERO,
        usage: Usage::default(),
    }
}

impl Finished {
    /// A case that did not run.
    pub fn broken(reason: String) -> Self {
        Self {
            verdict: Verdict::Infrastructure(reason),
            record: Record::default(),
            cores: Vec::new(),
            audio: Vec::new(),
            diagnostics: String::new(),
            virtual_time: Nanos::ZERO,
            wall: Duration::ZERO,
            usage: Usage::default(),
        }
    }
}
