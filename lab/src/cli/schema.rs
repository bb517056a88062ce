//! `lab schema`.

use std::fs;
use std::process::ExitCode;

use super::Failure;
use super::environment::Folders;
use crate::case::schema::schema;

/// Print the JSON Schema of case files, for editors.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo xtask lab schema > schema.json
  cargo xtask lab schema --write")]
pub(super) struct Args {
    /// Write it to schema.json in the folder of cases.
    #[arg(long)]
    write: bool,
    #[command(flatten)]
    folders: Folders,
}

impl Args {
    pub fn run(self) -> Result<ExitCode, Failure> {
        if !self.write {
            print!("{}", schema());
            return Ok(ExitCode::SUCCESS);
        }
        let path = self.folders.cases.join("schema.json");
        fs::write(&path, schema()).map_err(|error| {
            Failure::Infrastructure(format!("cannot write {}: {error}", path.display()))
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
