//! `cargo xtask lab` and `cargo xtask bench`: the lab, with everything it needs built.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};

use crate::flags;
use crate::module;
use crate::prepare::{self, Ready};
use crate::provision::Context;

/// Commands of the lab that boot a machine. A word that is none is told so before anything is
/// built for it.
const WITH_MACHINE: [&str; 4] = ["bench", "run", "shell", "show"];

/// Commands of the lab that read no cases.
const WITHOUT_CASES: [&str; 2] = ["help", "bench"];

impl flags::Lab {
    /// Runs the command; comes back only when the lab could not be started.
    pub fn run(self) -> Result<ExitCode> {
        let context = Context::current()?;
        let ready = needs_machine(&self.args)
            .then(|| prepare::machine_and_firmware(&context))
            .transpose()?;
        let lab = prepare::lab(&context)?;
        let mut command = Command::new(lab);
        command.args(arguments(&context, ready.as_ref(), &self.args));
        command.env_remove("LD_LIBRARY_PATH");
        if let Some(ready) = &ready {
            command.env(module::FOLDER, &ready.libraries);
        }
        let error = command.exec();
        Err(error).context("running acelab-lab")
    }
}

impl flags::Bench {
    /// Runs the command by way of the lab.
    pub fn run(self) -> Result<ExitCode> {
        let args = std::iter::once(OsString::from("bench"))
            .chain(self.args)
            .collect();
        flags::Lab { args }.run()
    }
}

/// Whether the lab will boot a machine.
fn needs_machine(args: &[OsString]) -> bool {
    let asks_for_help = |arg: &OsString| arg == "--help" || arg == "-h";
    let boots = |first: &OsString| WITH_MACHINE.iter().any(|command| first == command);
    args.first().is_some_and(boots) && !args.iter().any(asks_for_help)
}

/// The lab's arguments: the command, where things are, the rest as given.
fn arguments(context: &Context, ready: Option<&Ready>, args: &[OsString]) -> Vec<OsString> {
    let Some((command, rest)) = args.split_first() else {
        return Vec::new();
    };
    let mut all = vec![command.clone()];
    let mut option =
        |name: &str, value: &OsStr| all.extend([OsString::from(name), value.to_owned()]);
    if let Some(ready) = ready {
        option("--qemu", ready.qemu.as_os_str());
        for (name, image) in &ready.firmware {
            let mut value = OsString::from(format!("{name}="));
            value.push(image);
            option("--firmware", &value);
        }
    }
    let without_cases = WITHOUT_CASES.iter().any(|without| command == without)
        || command.as_encoded_bytes().starts_with(b"-");
    if !without_cases {
        option("--cases", context.tree.path("cases").as_os_str());
        option("--snapshots", context.tree.path("snapshots").as_os_str());
    }
    all.extend(rest.iter().cloned());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(text: &str) -> Vec<OsString> {
        text.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn commands_that_read_no_cases_are_not_told_where_cases_are() {
        let context = Context::current().unwrap();
        let names_cases = |text: &str| {
            let all = arguments(&context, None, &args(text));
            all.iter().any(|arg| arg == "--cases")
        };
        assert!(names_cases("run boot") && names_cases("list") && names_cases("shell"));
        assert!(!names_cases("bench --runs 3") && !names_cases("help") && !names_cases("--help"));
    }

    #[test]
    fn only_commands_that_boot_wait_for_the_machine() {
        for text in ["run --tag smoke", "show boot", "shell", "bench"] {
            assert!(needs_machine(&args(text)), "{text}");
        }
        for text in [
            "",
            "--help",
            "run --help",
            "list",
            "schema",
            "help run",
            "--version",
            "rnu --tag smoke",
        ] {
            assert!(!needs_machine(&args(text)), "{text}");
        }
    }
}
