//! Starting the machine.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use acelab_hostlink::{Client, spawn};

use super::children::Tracked;
use super::link::{Link, Process};
use crate::target::{Launcher, Target, TargetError};

/// How a machine is started.
#[derive(Debug, Clone)]
pub struct Qemu {
    /// The program.
    pub program: PathBuf,
    /// Wall-clock time after which a silent machine counts as broken.
    pub watchdog: Duration,
}

impl Qemu {
    /// The arguments of a measured run: instructions are the clock, and nothing
    /// but the lab can reach the machine.
    fn command(&self, cores: u8) -> Command {
        let mut command = Command::new(&self.program);
        command
            .arg("-M")
            .arg(format!(
                "ace30,cores={cores},hostlink-fd={}",
                acelab_hostlink::CHILD_FD
            ))
            .args(["-icount", "shift=1,sleep=off", "-rtc", "clock=vm"])
            .args([
                "-display",
                "none",
                "-monitor",
                "none",
                "-serial",
                "none",
                "-nodefaults",
                "-no-user-config",
            ]);
        command
    }
}

impl Launcher for Qemu {
    /// The calling thread must outlive the target: the machine dies with the
    /// thread that started it, so that none is left behind when the lab is killed.
    fn launch(&self, cores: u8) -> Result<Box<dyn Target>, TargetError> {
        let failed = |error: std::io::Error| {
            TargetError::Start(format!("{}: {error}", self.program.display()))
        };
        // A file instead of a pipe: nobody has to read it while the machine runs.
        let (errors, stderr) = scratch_file().map_err(failed)?;
        let mut command = self.command(cores);
        command.stdout(Stdio::null()).stderr(errors);
        // A group of its own, so that Ctrl-C reaches the lab first and the lab can report.
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let (child, stream) = spawn(command).map_err(failed)?;
        let child = Tracked::new(child);
        match Client::open(stream, Some(self.watchdog)) {
            Ok(client) => Ok(Box::new(Link::new(
                client,
                Process { child, stderr },
                self.watchdog,
            ))),
            Err(error) => {
                let status = child.kill();
                let said = super::link::text_of(&stderr);
                let said = said.trim_end();
                Err(TargetError::Start(format!(
                    "{error}; {status}{}{said}",
                    if said.is_empty() { "" } else { ": " }
                )))
            }
        }
    }
}

/// A file without a name, for writing and for reading.
fn scratch_file() -> std::io::Result<(File, File)> {
    let file = tempfile::tempfile()?;
    Ok((file.try_clone()?, file))
}
