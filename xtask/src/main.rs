//! See the crate description; `flags` has the whole command line.

mod cache_key;
mod doctor;
mod dsp_cargo;
mod files;
mod firmware;
mod flags;
mod host_rust;
mod key;
mod lab;
mod module;
mod prepare;
mod progress;
mod provision;
mod qemu;
mod store;
mod test;
mod tidy;
mod tree;
mod twins;

use std::process::ExitCode;

use clap::Parser;
use flags::Command;

/// The exit code of a failed preparation: an infrastructure failure, not a failed test.
const INFRASTRUCTURE: u8 = 3;

fn main() -> ExitCode {
    let result = match flags::Xtask::parse().command {
        Command::Provision(command) => command.run().map(|()| ExitCode::SUCCESS),
        Command::Qemu(command) => command.run().map(|()| ExitCode::SUCCESS),
        Command::Doctor => doctor::run(),
        Command::Firmware(command) => command.run().map(|()| ExitCode::SUCCESS),
        Command::Module(command) => command.run().map(|()| ExitCode::SUCCESS),
        Command::Lab(command) => command.run(),
        Command::Bench(command) => command.run(),
        Command::CacheKey(command) => command.run().map(|()| ExitCode::SUCCESS),
        Command::Test(command) => command.run(),
        Command::Tidy => tidy::command(),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        for cause in error.chain().skip(1) {
            eprintln!("  because {}", cause.to_string().replace('\n', "\n    "));
        }
        ExitCode::from(INFRASTRUCTURE)
    })
}
