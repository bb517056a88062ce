//! The command line.

mod bench;
#[cfg(test)]
mod documented;
mod environment;
mod list;
mod run;
mod schema;
mod shell;
mod show;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::target::interrupted;

/// Exit code for a wrong command line or a wrong case file.
const USAGE: u8 = 2;
/// Exit code when something around the firmware is broken.
const INFRASTRUCTURE: u8 = 3;
/// Exit code after Ctrl-C.
const INTERRUPTED: u8 = 130;

#[derive(Parser)]
#[command(
    name = "acelab-lab",
    bin_name = "cargo xtask lab",
    about = "Runs test cases of the DSP firmware on a target and judges them",
    // `cargo xtask lab` says where things are; what the user says comes later and counts.
    args_override_self = true,
    after_help = "Exit codes: 0 pass, 1 a case failed, 2 wrong usage or a wrong case file, \
                  3 infrastructure, 130 interrupted."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Run(run::Args),
    List(list::Args),
    Show(show::Args),
    Shell(shell::Args),
    Schema(schema::Args),
    Bench(bench::Args),
}

/// Why a command did not do what it was asked to.
enum Failure {
    /// The user can put it right.
    Usage(String),
    /// Something around the firmware is broken.
    Infrastructure(String),
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Run(args) => args.run(),
        Command::List(args) => args.run(),
        Command::Show(args) => args.run(),
        Command::Shell(args) => args.run(),
        Command::Schema(args) => args.run(),
        Command::Bench(args) => args.run(),
    };
    let (code, message) = match result {
        Ok(code) => return code,
        Err(_) if interrupted() => (INTERRUPTED, "interrupted".to_owned()),
        Err(Failure::Usage(message)) => (USAGE, message),
        Err(Failure::Infrastructure(message)) => (INFRASTRUCTURE, message),
    };
    if !message.is_empty() {
        anstream::eprintln!("{message}");
    }
    code.into()
}
