//! What every command that runs something needs.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;
use std::{env, io};

use clap::Args;

use super::Failure;
use crate::case::{Case, CaseFile, Firmware, load_folder};
use crate::library::Shelf;
use crate::report::Context;
use crate::suite::FirmwareSet;
use crate::symbols::LibraryElfs;
use crate::target::on_interrupt;
use crate::target::qemu::{Qemu, kill_all};

/// Where the cases are.
#[derive(Args, Clone)]
pub(super) struct Folders {
    /// Folder of the cases.
    #[arg(
        long,
        value_name = "DIR",
        default_value = "cases",
        global = true,
        help_heading = "Places"
    )]
    pub cases: PathBuf,
    /// Folder of the reviewed snapshots.
    #[arg(
        long,
        value_name = "DIR",
        default_value = "snapshots",
        global = true,
        help_heading = "Places"
    )]
    pub snapshots: PathBuf,
}

/// What cases run on.
#[derive(Args, Clone)]
pub(super) struct Machine {
    /// The simulator that has the machine `ace30`.
    #[arg(
        long,
        value_name = "BIN",
        env = "ACELAB_QEMU",
        hide_env_values = true,
        help_heading = "Places"
    )]
    qemu: Option<PathBuf>,
    /// A firmware build, such as `debug=ELF`; once for each that the cases need.
    #[arg(long, value_name = "BUILD=ELF", help_heading = "Places")]
    firmware: Vec<FirmwareFile>,
    /// Seconds of wall-clock time after which a silent target counts as broken.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 60,
        help_heading = "Places"
    )]
    watchdog: u64,
}

/// `production=path/to/firmware.elf`.
#[derive(Clone)]
struct FirmwareFile(Firmware, PathBuf);

impl FromStr for FirmwareFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let build = text
            .split_once('=')
            .and_then(|(name, path)| Some(Self(Firmware::from_name(name)?, path.into())));
        build.ok_or_else(|| {
            let forms = Firmware::ALL.map(|build| format!("{}=ELF", build.name()));
            format!("write one of {}", forms.join(", "))
        })
    }
}

impl Folders {
    /// All cases, or everything that is wrong with them.
    pub fn load(&self) -> Result<Vec<CaseFile>, Failure> {
        let files = load_folder(&self.cases, &Shelf::of_environment()).map_err(|error| {
            Failure::Usage(format!("cannot read {}: {error}", self.cases.display()))
        })?;
        let colour = anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never
            && io::stderr().is_terminal();
        let mut wrong = Vec::new();
        for file in &files {
            let path = file.path.display().to_string();
            let findings = file.cases.as_ref().err().into_iter().flatten();
            wrong.extend(findings.map(|finding| finding.render(&path, &file.text, colour)));
        }
        if wrong.is_empty() {
            Ok(files)
        } else {
            Err(Failure::Usage(wrong.join("\n\n")))
        }
    }

    /// The folder of cases as people and CI systems call it: without what is above the
    /// folder the lab was started in.
    fn shown(&self) -> &Path {
        let here = env::current_dir().unwrap_or_default();
        self.cases.strip_prefix(here).unwrap_or(&self.cases)
    }

    /// Report context for a build.
    pub fn context<'a>(&'a self, firmware: &'a FirmwareSet, build: Firmware) -> Context<'a> {
        Context {
            elf: firmware.get(build).ok(),
            libraries: Some(firmware.libraries()),
            cases: self.shown(),
        }
    }
}

/// The cases of files that were loaded without an error.
pub(super) fn cases(files: &[CaseFile]) -> impl Iterator<Item = &Case> {
    files
        .iter()
        .filter_map(|file| file.cases.as_ref().ok())
        .flatten()
}

impl Machine {
    /// The launcher; from here on an interrupt ends every target.
    pub fn launcher(&self) -> Result<Qemu, Failure> {
        let program = self.qemu.clone().ok_or_else(|| {
            Failure::Usage(
                "no simulator was given (--qemu BIN); `cargo xtask lab` builds and passes one"
                    .to_owned(),
            )
        })?;
        on_interrupt(kill_all).map_err(|error| {
            Failure::Infrastructure(format!("cannot watch for signals: {error}"))
        })?;
        Ok(Qemu {
            program,
            watchdog: Duration::from_secs(self.watchdog),
        })
    }

    /// The firmware files: those of the command line, else those of the environment.
    pub fn firmware(&self) -> FirmwareSet {
        let mut files: Vec<(Firmware, PathBuf)> = Vec::new();
        for build in Firmware::ALL {
            let name = build.name().to_ascii_uppercase().replace('-', "_");
            let variable = format!("ACELAB_FIRMWARE_{name}");
            files.extend(env::var_os(variable).map(|path| (build, PathBuf::from(path))));
        }
        files.extend(
            self.firmware
                .iter()
                .map(|FirmwareFile(build, path)| (*build, path.clone())),
        );
        FirmwareSet::new(files).with_libraries(LibraryElfs::of_environment())
    }
}
