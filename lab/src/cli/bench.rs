//! `lab bench`.

use std::process::ExitCode;

use super::Failure;

/// Measure the firmware in guest instructions.
#[derive(clap::Args)]
pub(super) struct Args {}

impl Args {
    pub fn run(self) -> Result<ExitCode, Failure> {
        Err(Failure::Usage(String::new()))
    }
}
