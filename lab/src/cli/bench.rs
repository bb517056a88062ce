//! `lab bench`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fmt, thread};

use super::Failure;
use super::environment::Machine;
use crate::bench::{Figure, KernelFigure, boot_time, measure, measure_kernel, median};
use crate::case::Firmware;
use crate::report::human;
use crate::suite::stay_on_one_cpu;
use crate::symbols::Elf;
use crate::target::qemu::{Qemu, empty_guest, installed};

#[path = "bench_audio.rs"]
mod audio;
#[path = "bench_modules.rs"]
mod modules;

/// Measure the firmware in guest instructions, and a boot in host time. Exit code 1 when a limit
/// is exceeded.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo xtask bench
  cargo xtask bench kernel modules           only these sections
  cargo xtask bench --stock-qemu BIN --runs 50
  cargo xtask bench --soak                   a random host, 100000 messages and more
  cargo xtask bench --soak --seed 17 --messages 2000")]
pub(super) struct Args {
    /// Only these sections; all unless given.
    #[arg(value_name = "SECTION", conflicts_with = "soak")]
    sections: Vec<Section>,
    /// A simulator to compare a boot with; unless given the installed one, and without
    /// one the machine's own build.
    #[arg(long, value_name = "BIN")]
    stock_qemu: Option<PathBuf>,
    /// Boots to take the median of.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..))]
    runs: u16,
    /// Rounds of each operation of the kernel.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rounds: u32,
    /// Only the soak: a host without any order, and after each round a playback that must be right.
    #[arg(long)]
    soak: bool,
    /// Messages of the soak, in rounds of 2000.
    #[arg(long, requires = "soak", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..))]
    messages: u32,
    /// Seed of the soak's first round.
    #[arg(long, requires = "soak", default_value_t = 1)]
    seed: u64,
    /// Write the latencies of commands there, to be reviewed.
    #[arg(long, value_name = "FILE")]
    write_latency: Option<PathBuf>,
    #[command(flatten)]
    machine: Machine,
}

/// A part of the bench that can be run alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Section {
    /// Boot, messages, interrupts.
    Firmware,
    /// The kernel's operations.
    Kernel,
    /// Loading, instances and ticks of loadable modules.
    Modules,
    /// Ticks of the LL scheduler, commands during a playback.
    Audio,
    /// Host time of a boot.
    Host,
}

impl Args {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let launcher = self.machine.launcher()?;
        let firmware = self.machine.firmware();
        if self.soak {
            return audio::soak_only(&launcher, &firmware, self.messages, self.seed);
        }
        let production = firmware
            .get(Firmware::Production)
            .map_err(Failure::Infrastructure)?;
        let debug = firmware.get(Firmware::Debug);
        if let Err(reason) = &debug {
            println!("interrupts and the kernel's operations are not measured: {reason}");
        }
        let debug = debug.ok();
        let cpus = thread::available_parallelism().map_or(1, usize::from);
        stay_on_one_cpu(0);
        let mut kept = true;
        if self.wants(Section::Firmware) {
            print_firmware(&measure(&launcher, production, debug).map_err(broken)?);
        }
        if let Some(debug) = debug.filter(|_| self.wants(Section::Kernel)) {
            let figures = measure_kernel(&launcher, debug, self.rounds).map_err(broken)?;
            kept &= print_kernel(&figures, self.rounds);
        }
        if self.wants(Section::Modules) {
            kept &= modules::print(&launcher, production)?;
        }
        if self.wants(Section::Audio) {
            kept &= audio::print(&launcher, &firmware, self.write_latency.as_deref())?;
        }
        if self.wants(Section::Host) {
            self.print_host(&launcher, production, cpus)?;
        }
        Ok(ExitCode::from(u8::from(!kept)))
    }

    fn wants(&self, section: Section) -> bool {
        let all = self.sections.is_empty();
        let written = section == Section::Audio && self.write_latency.is_some();
        all || written || self.sections.contains(&section)
    }

    fn print_host(&self, launcher: &Qemu, production: &Elf, cpus: usize) -> Result<(), Failure> {
        let runs = usize::from(self.runs);
        let boot = boot_time(launcher, production, runs).map_err(broken)?;
        println!("host time (median of {runs}; the machine has {cpus} CPUs, one is used)");
        println!("  {:<52} {:>9}", "boot case, one core", human(boot.whole));
        println!(
            "  {:<52} {:>9}",
            "of it the lab's own share",
            human(boot.own_share)
        );
        println!(
            "  {:<52} {:>9}",
            "one access over the link",
            human(boot.access)
        );
        let (stock, name) = self.stock(&launcher.program);
        let empty = median(empty_guest(&stock, runs).map_err(broken)?);
        println!(
            "  {:<52} {:>9}",
            format!("empty guest on -M sim ({name})"),
            human(empty)
        );
        let ratio = boot.whole.as_secs_f64() / empty.as_secs_f64();
        println!("  {:<52} {ratio:>9.2}", "ratio");
        Ok(())
    }

    /// The simulator to compare with, and what to call it.
    fn stock(&self, own: &Path) -> (PathBuf, &'static str) {
        if let Some(given) = &self.stock_qemu {
            return (given.clone(), "as given");
        }
        match installed(own) {
            Some(program) => (program, "the installed one"),
            None => (own.to_owned(), "our own build; none is installed"),
        }
    }
}

fn print_firmware(figures: &[Figure]) {
    println!("guest instructions, and their virtual time (the same on every host)");
    for figure in figures {
        let time = figure.virtual_time();
        println!(
            "  {:<52} {:>9} {time:>11}",
            figure.what, figure.instructions
        );
    }
}

/// Prints the table; whether every limit is kept.
fn print_kernel(figures: &[KernelFigure], rounds: u32) -> bool {
    println!("kernel, in guest instructions, measured from outside the guest ({rounds} rounds)");
    println!("  {:<58} {:>6} {:>6}  limit", "", "median", "max");
    for figure in figures {
        let limit = match figure.limit {
            Some(limit) if figure.is_kept() => format!("{limit}"),
            Some(limit) => format!("{limit} EXCEEDED"),
            None => "-".into(),
        };
        println!(
            "  {:<58} {:>6} {:>6}  {limit}",
            figure.what, figure.median, figure.max
        );
        println!("      published: {}", figure.published);
    }
    println!(
        "  Instructions are not cycles: the machine has no pipeline and no caches. Zephyr's own figures \
         for one build\n  are 2.2 to 2.4 cycles on an LX7 board for each instruction in QEMU. \
         The published figures are their\n  authors', on other cores."
    );
    figures.iter().all(KernelFigure::is_kept)
}

fn broken(error: impl fmt::Display) -> Failure {
    Failure::Infrastructure(error.to_string())
}
