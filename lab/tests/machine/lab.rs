//! The lab's program in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A variable that `cargo xtask test` sets.
pub fn variable(name: &str) -> PathBuf {
    let value = std::env::var_os(name);
    value
        .unwrap_or_else(|| panic!("{name} is not set; run these tests with `cargo xtask test`"))
        .into()
}

/// The path of the lab's program.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_acelab-lab");

/// A boot that passes.
pub const BOOT: &str = "summary: It boots\nsteps: [boot]\n";
/// A case that is still running when the test does something to it.
pub const LONG: &str = "summary: It takes long\ntimeout: 100000 s\nsnapshot: []\nsteps:\n  - boot\n  - flood: { messages: 1000000 }\n";

/// A folder with cases and snapshots.
pub struct Lab {
    folder: TempDir,
}

impl Lab {
    /// With these cases, by name.
    pub fn with(cases: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().expect("a folder");
        for (name, text) in cases {
            let path = folder.path().join("cases").join(format!("{name}.yaml"));
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a case");
        }
        fs::create_dir_all(folder.path().join("snapshots")).expect("a folder");
        Self { folder }
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The text of a file in the folder.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The program, to be run in the folder, without what the environment of the test would add.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.current_dir(self.folder.path()).args(arguments);
        for name in [
            "CI",
            "INSTA_UPDATE",
            "GITHUB_ACTIONS",
            "GITHUB_STEP_SUMMARY",
            "NO_COLOR",
        ] {
            command.env_remove(name);
        }
        let path = |name| variable(name);
        command.env("ACELAB_QEMU", path("ACELAB_QEMU"));
        command
    }

    /// Runs the program to its end.
    pub fn run(&self, arguments: &[&str]) -> Finished {
        Finished::of(self.command(arguments).output().expect("the lab runs"))
    }
}

/// What the program said and how it ended.
#[derive(Debug)]
pub struct Finished {
    /// The exit code.
    pub code: i32,
    /// Both outputs.
    pub text: String,
}

impl Finished {
    /// Takes the output of a process.
    pub fn of(output: Output) -> Self {
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        Self {
            code: output.status.code().unwrap_or(-1),
            text,
        }
    }

    /// Checks the exit code and a part of the text.
    pub fn expect(&self, code: i32, part: &str) -> &Self {
        assert!(
            self.code == code && self.text.contains(part),
            "expected {code} and `{part}`: {self:?}"
        );
        self
    }
}

/// `--firmware` with a file.
pub fn firmware(build: &str, path: &Path) -> String {
    format!("{build}={}", path.display())
}
