//! The LLVM and binutils programs that the driver runs.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::error::{LinkError, Stage, StageError};

/// Folder with `opt`, `llc`, `llvm-link`, `llvm-mc`, `llvm-dis`, unsuffixed.
pub const LLVM_BIN: &str = "ACELAB_LLVM_BIN";
/// What to put before `ld` to get the Xtensa linker, e.g. `…/bin/xtensa-lx106-elf-`.
pub const BINUTILS_PREFIX: &str = "ACELAB_BINUTILS_PREFIX";

/// Where the programs are.
#[derive(Clone, Debug)]
pub struct Tools {
    llvm_bin: PathBuf,
    binutils_prefix: OsString,
}

impl Tools {
    /// Takes the places from [`LLVM_BIN`] and [`BINUTILS_PREFIX`].
    pub fn from_env() -> Result<Self, LinkError> {
        let get =
            |name: &str| {
                std::env::var_os(name).filter(|value| !value.is_empty()).ok_or_else(|| {
                LinkError::Environment(format!(
                    "{name} is not set; build the firmware with `cargo xtask firmware`, which \
                     provides the toolchain"
                ))
            })
            };
        Ok(Self {
            llvm_bin: get(LLVM_BIN)?.into(),
            binutils_prefix: get(BINUTILS_PREFIX)?,
        })
    }

    /// A command for the LLVM program `name`.
    pub fn llvm(&self, name: &str) -> Command {
        Command::new(self.llvm_bin.join(name))
    }

    /// A command for the Xtensa linker.
    pub fn ld(&self) -> Command {
        let mut program = self.binutils_prefix.clone();
        program.push("ld");
        Command::new(program)
    }
}

/// Runs `command`; standard error becomes the reason of a failure.
pub fn run(stage: Stage, command: &mut Command) -> Result<(), StageError> {
    let output = capture(stage, command)?;
    if output.status.success() {
        Ok(())
    } else {
        Err(failure(stage, command, &output))
    }
}

/// Runs `command` and hands back what it printed, whether it worked or not.
pub fn capture(stage: Stage, command: &mut Command) -> Result<Output, StageError> {
    command.output().map_err(|error| {
        StageError::new(
            stage,
            format!("{} cannot be run: {error}", program(command).display()),
        )
    })
}

/// The error for a command that ran and failed.
pub fn failure(stage: Stage, command: &Command, output: &Output) -> StageError {
    let name = program(command)
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr);
    StageError::new(
        stage,
        format!("{name} ended with {}\n{}", output.status, stderr.trim_end()),
    )
}

fn program(command: &Command) -> &Path {
    Path::new(command.get_program())
}
