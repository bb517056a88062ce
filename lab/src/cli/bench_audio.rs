//! The audio part of `lab bench`.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::thread;

use super::super::Failure;
use crate::bench::{
    OVERHEAD_LIMIT, REVIEWED, STREAMS, differences, latency_text, measure_latency, measure_ticks,
    overhead, soak,
};
use crate::case::Firmware;
use crate::case::budget::Metric;
use crate::measure::CoreTicks;
use crate::suite::FirmwareSet;
use crate::target::Launcher;

/// Prints what ticks and commands cost; whether every limit is kept.
pub(super) fn print(
    launcher: &dyn Launcher,
    firmware: &FirmwareSet,
    write_latency: Option<&Path>,
) -> Result<bool, Failure> {
    // The kernel-mode build has the debug IPC, so it is compared with the one that has it too.
    let user = firmware
        .get(Firmware::Debug)
        .map_err(Failure::Infrastructure)?;
    println!("ticks of the LL scheduler on core 0, measured from outside the guest");
    let measure = |elf, streams| measure_ticks(launcher, elf, streams).map_err(failed);
    let mut kept = true;
    let kernel = firmware.get(Firmware::LlKernel);
    if let Err(reason) = &kernel {
        println!("  LL in kernel mode is not measured: {reason}");
    }
    for streams in STREAMS {
        let in_user = measure(user, streams)?;
        print_ticks("user mode", streams, &in_user);
        let Ok(kernel) = kernel else { continue };
        let in_kernel = measure(kernel, streams)?;
        print_ticks("kernel mode", streams, &in_kernel);
        if let Some(percent) = overhead(&in_user, &in_kernel) {
            let gated = streams == 1;
            let exceeded = gated && percent > OVERHEAD_LIMIT;
            kept &= !exceeded;
            let limit = match (gated, exceeded) {
                (false, _) => String::new(),
                (true, false) => format!(", limit {OVERHEAD_LIMIT} %"),
                (true, true) => format!(", limit {OVERHEAD_LIMIT} % EXCEEDED"),
            };
            println!("  user mode above kernel mode, {streams} streams: {percent:.2} %{limit}");
        }
    }
    let latencies = measure_latency(launcher, user).map_err(failed)?;
    let text = latency_text(&latencies);
    print!("{text}");
    if let Some(path) = write_latency {
        fs::write(path, &text).map_err(|error| {
            Failure::Infrastructure(format!("cannot write {}: {error}", path.display()))
        })?;
        return Ok(kept);
    }
    let differences = differences(REVIEWED, &latencies);
    for difference in &differences {
        println!("  NOT AS REVIEWED {difference}");
    }
    Ok(kept && differences.is_empty())
}

fn print_ticks(build: &str, streams: usize, ticks: &CoreTicks) {
    let mean = |metric| {
        ticks
            .spread(metric)
            .map_or(0, |spread| spread.total / ticks.ticks)
    };
    let most = |metric| ticks.spread(metric).map_or(0, |spread| spread.most.0);
    println!(
        "  {build:<11} {streams} streams: {:>7} instructions a tick, at most {:>7}; \
         user threads {}, kernel threads {}, handlers {}; system calls {}, locks {}",
        mean(Metric::InstructionsPerTick),
        most(Metric::InstructionsPerTick),
        mean(Metric::UserInstructionsPerTick),
        mean(Metric::KernelInstructionsPerTick),
        mean(Metric::HandlerInstructionsPerTick),
        mean(Metric::SyscallsPerTick) + mean(Metric::KernelSyscallsPerTick),
        mean(Metric::LocksPerTick),
    );
}

/// `lab bench --soak`.
pub(super) fn soak_only(
    launcher: &dyn Launcher,
    firmware: &FirmwareSet,
    messages: u32,
    seed: u64,
) -> Result<ExitCode, Failure> {
    let elf = firmware
        .get(Firmware::Production)
        .map_err(Failure::Infrastructure)?;
    let jobs = thread::available_parallelism().map_or(1, usize::from);
    let progress = |done, all| eprintln!("round {done} of {all}");
    let soaked = soak(launcher, elf, messages, seed, jobs, &progress);
    for failure in &soaked.failures {
        println!(
            "{}\n\nthis case reproduces it:\n\n{}",
            failure.complaint, failure.case
        );
    }
    let (sent, wrong) = (soaked.messages, soaked.failures.len());
    println!("{sent} messages from seed {seed} on, {wrong} rounds failed");
    Ok(ExitCode::from(u8::from(wrong > 0)))
}

fn failed(reason: String) -> Failure {
    Failure::Infrastructure(reason)
}
