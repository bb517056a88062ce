//! `lab shell`: the engine by hand.

mod command;
mod session;

use std::process::ExitCode;

use rustyline::DefaultEditor;
use rustyline::error::ReadlineError;

use super::Failure;
use super::environment::{Folders, Machine};
use crate::case::Firmware;
use crate::target::Launcher;

use command::{Command, HELP};
use session::Session;

/// Play the host by hand: send messages by name, let time pass, look at log, memory and registers.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo xtask lab shell
  cargo xtask lab shell --cores 2 --build debug")]
pub(super) struct Args {
    /// Cores of the machine.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u8).range(1..=5))]
    cores: u8,
    /// The firmware build.
    #[arg(long, value_parser = build, default_value = "production")]
    build: Firmware,
    #[command(flatten)]
    machine: Machine,
    #[command(flatten)]
    folders: Folders,
}

fn build(name: &str) -> Result<Firmware, String> {
    Firmware::from_name(name).ok_or_else(|| {
        let names = Firmware::ALL.map(Firmware::name);
        format!("one of {}", names.join(", "))
    })
}

const PROMPT: &str = "lab> ";

impl Args {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let firmware = self.machine.firmware();
        let elf = firmware.get(self.build).map_err(Failure::Infrastructure)?;
        let launcher = self.machine.launcher()?;
        let broken = |error: &dyn std::fmt::Display| Failure::Infrastructure(error.to_string());
        let target = launcher
            .launch(self.cores)
            .map_err(|error| broken(&error))?;
        let mut editor = DefaultEditor::new().map_err(|error| broken(&error))?;
        let mut session = Session::new(
            target,
            self.folders.context(&firmware, self.build),
            &elf.image,
        );
        println!(
            "{} cores, {} firmware; `boot` starts it, `help` tells the rest",
            self.cores,
            self.build.name()
        );
        loop {
            let line = match editor.readline(PROMPT) {
                Ok(line) => line,
                Err(ReadlineError::Eof | ReadlineError::Interrupted) => break,
                Err(error) => return Err(broken(&error)),
            };
            // History is a convenience; a line that cannot be kept still runs.
            let _ = editor.add_history_entry(&line);
            match Command::parse(&line) {
                Ok(None) => {}
                Ok(Some(Command::Quit)) => break,
                Ok(Some(Command::Help)) => println!("{HELP}"),
                Ok(Some(command)) => session.execute(&command).map_err(|error| broken(&error))?,
                Err(message) => anstream::println!("{message}"),
            }
        }
        session.finish().map_err(|error| broken(&error))?;
        Ok(ExitCode::SUCCESS)
    }
}
