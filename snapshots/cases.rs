//! Every case is a test. `cargo xtask test` builds the machine and the firmware
//! and names them in the environment; `cargo nextest` works as well.

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use acelab_lab::case::{Case, CaseFile, Firmware, load_folder};
use acelab_lab::library::Shelf;
use acelab_lab::report::{Context, failure, write_failure};
use acelab_lab::snapshot::{Policy, Store};
use acelab_lab::suite::{FirmwareSet, Suite, is_exhaustive};
use acelab_lab::symbols::LibraryElfs;
use acelab_lab::target::on_interrupt;
use acelab_lab::target::qemu::{Qemu, kill_all};
use libtest_mimic::{Arguments, Failed, Trial};

/// What the environment gives.
struct Setup {
    program: PathBuf,
    firmware: FirmwareSet,
    snapshots: PathBuf,
    failures: PathBuf,
}

const MACHINE: &str = "ACELAB_QEMU";

/// The variable with the path of a build.
fn variable(build: Firmware) -> String {
    format!(
        "ACELAB_FIRMWARE_{}",
        build.name().to_ascii_uppercase().replace('-', "_")
    )
}

impl Setup {
    fn from_environment(root: &Path) -> Result<Self, String> {
        let get = |name: &str| {
            env::var_os(name).map(PathBuf::from).ok_or_else(|| {
                format!(
                    "{name} is not set: run the cases with `cargo xtask test`, or set {}",
                    [MACHINE.to_owned()]
                        .into_iter()
                        .chain(Firmware::ALL.map(variable))
                        .collect::<Vec<_>>()
                        .join(", ")
                )
            })
        };
        let firmware: Result<Vec<_>, String> = Firmware::ALL
            .into_iter()
            .map(|build| Ok((build, get(&variable(build))?)))
            .collect();
        Ok(Self {
            program: get(MACHINE)?,
            firmware: FirmwareSet::new(firmware?).with_libraries(LibraryElfs::of_environment()),
            snapshots: root.join("snapshots"),
            failures: root.join("target/lab/failures"),
        })
    }

    fn run(&self, case: &Case, text: &str) -> Result<(), Failed> {
        let launcher = Qemu {
            program: self.program.clone(),
            watchdog: Duration::from_secs(60),
        };
        let store = Store::new(self.snapshots.clone(), Policy::from_environment(false));
        let suite = Suite {
            launcher: &launcher,
            firmware: &self.firmware,
            snapshots: &store,
        };
        let result = suite.run(case);
        if result.passed() {
            return Ok(());
        }
        let elf = self.firmware.get(case.firmware).ok();
        let context = Context {
            elf,
            libraries: Some(self.firmware.libraries()),
            cases: Path::new("cases"),
        };
        write_failure(&self.failures, &result, text, &context)?;
        Err(failure(&result, &context).into())
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let setup = Arc::new(Setup::from_environment(&root));
    let files = match load_folder(&root.join("cases"), &Shelf::of_environment()) {
        Ok(files) => files,
        Err(error) => {
            eprintln!("cannot read the cases: {error}");
            return ExitCode::FAILURE;
        }
    };
    if let Err(error) = on_interrupt(kill_all) {
        eprintln!("cannot watch for signals: {error}");
        return ExitCode::FAILURE;
    }
    let trials = files
        .into_iter()
        .flat_map(|file| trials(file, &setup))
        .collect();
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trials(file: CaseFile, setup: &Arc<Result<Setup, String>>) -> Vec<Trial> {
    let CaseFile {
        name,
        path,
        text,
        cases,
    } = file;
    let cases = match cases {
        Ok(cases) => cases,
        Err(findings) => {
            let path = path.display().to_string();
            let shown: Vec<_> = findings
                .iter()
                .map(|f| f.render(&path, &text, false))
                .collect();
            return vec![Trial::test(name, move || Err(shown.join("\n\n").into()))];
        }
    };
    let text: Arc<str> = text.into();
    let trial = |case: Case| {
        let (setup, text) = (Arc::clone(setup), Arc::clone(&text));
        let left_out = is_exhaustive(&case);
        Trial::test(case.id.to_string(), move || match setup.as_ref() {
            Ok(setup) => setup.run(&case, &text),
            Err(reason) => Err(reason.clone().into()),
        })
        .with_ignored_flag(left_out)
    };
    cases.into_iter().map(trial).collect()
}
