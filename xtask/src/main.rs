//! See the crate description; `flags` has the whole command line.

mod files;
mod flags;
mod host_rust;
mod key;
mod progress;
mod provision;
mod qemu;
mod store;
mod tree;

use std::process::ExitCode;

use clap::Parser;
use flags::Command;

/// The exit code of a failed preparation: an infrastructure failure, not a failed test.
const INFRASTRUCTURE: u8 = 3;

fn main() -> ExitCode {
    let result = match flags::Xtask::parse().command {
        Command::Provision(command) => command.run().map(|()| ExitCode::SUCCESS),
        Command::Qemu(command) => command.run().map(|()| ExitCode::SUCCESS),
        _ => unreachable!("no such command yet"),
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(INFRASTRUCTURE)
    })
}
