//! Prints what the machine costs in host time: starting and leaving it, one
//! stop of the host link, and a millisecond of busy cores. Needs `ACELAB_QEMU`
//! like the tests.

use std::time::{Duration, Instant};

use acelab_abi::clock::Nanos;
use acelab_machine_tests::asm::{A, Asm};
use acelab_machine_tests::guest::BASE;
use acelab_machine_tests::{Run, Setup};

const SAMPLES: usize = 20;
const STOPS: u64 = 5_000;

/// All cores spin, or all sleep.
fn guest(cores: u8, sleeps: bool) -> Asm {
    let mut asm = Asm::new(BASE);
    let entry = asm.label();
    for core in acelab_abi::core_id::CoreId::ALL
        .into_iter()
        .take(cores.into())
        .skip(1)
    {
        asm.start_core(core, entry);
    }
    asm.bind(entry);
    asm.leave_reset();
    let forever = asm.here_label();
    if sleeps {
        asm.waiti(0);
    }
    asm.addi(A[2], A[2], 1);
    asm.j(forever);
    asm.vectors();
    asm
}

fn booted(cores: u8, sleeps: bool) -> (Run, Nanos) {
    let mut run = Setup::cores(cores).boot(guest(cores, sleeps));
    let start = Nanos::from_millis(1);
    run.until(start);
    (run, start)
}

fn median(mut sample: impl FnMut() -> Duration) -> Duration {
    let mut times: Vec<_> = (0..SAMPLES).map(|_| sample()).collect();
    times.sort();
    times[SAMPLES / 2]
}

/// Host time of one step of virtual time.
fn step(cores: u8, sleeps: bool, step: Nanos, count: u64) -> Duration {
    let (mut run, mut now) = booted(cores, sleeps);
    let begin = Instant::now();
    for _ in 0..count {
        now = now.saturating_add(step);
        run.until(now);
    }
    begin.elapsed() / u32::try_from(count).expect("few")
}

fn main() {
    let leave = median(|| {
        let begin = Instant::now();
        Setup::cores(1).start().quit();
        begin.elapsed()
    });
    println!("start and leave, 1 core       {leave:>12.1?}");
    let boot = median(|| {
        let begin = Instant::now();
        let (run, _) = booted(1, true);
        run.quit();
        begin.elapsed()
    });
    println!("boot a guest and leave        {boot:>12.1?}");
    for (name, cores, sleeps) in [
        ("1 core asleep", 1, true),
        ("5 cores asleep", 5, true),
        ("1 core busy", 1, false),
    ] {
        let cost = step(cores, sleeps, Nanos::from_micros(1), STOPS);
        println!("a stop per us, {name:<15}{cost:>12.1?}");
    }
    for cores in [1, 2, 5] {
        let cost = step(cores, false, Nanos::from_millis(1), 50);
        println!("1 ms of {cores} busy core(s)        {cost:>12.1?}");
    }
}
