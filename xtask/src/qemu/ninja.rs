//! Running ninja with its progress shown.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::progress::{Task, Unit};
use crate::provision::build_needs::BuildNeeds;

/// Builds targets; the first is the one to name.
pub fn run(needs: &BuildNeeds, build: &Path, targets: &[&str], verbose: bool) -> Result<()> {
    let mut command = Command::new(&needs.ninja);
    command
        .current_dir(build)
        .args(targets)
        .env("NINJA_STATUS", "[%f/%t] ");
    needs.apply(&mut command)?;
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().context("running ninja")?;
    let output = child.stdout.take().context("ninja has no output")?;
    let title = format!("building {}", targets.first().unwrap_or(&"nothing"));
    let mut task = Task::start(title, Unit::Steps, 0);
    let mut failure = Vec::<String>::new();
    for line in BufReader::new(output).split(b'\n') {
        let line = String::from_utf8_lossy(&line?).into_owned();
        match steps(&line) {
            Some((done, total)) => task.set(done, total),
            None if line.starts_with("FAILED:") || !failure.is_empty() => {
                failure.push(line.clone())
            }
            None => {}
        }
        if verbose {
            eprintln!("{line}");
        }
    }
    if !child.wait()?.success() {
        drop(task);
        failure.truncate(60);
        bail!(
            "ninja failed in {}:\n{}",
            build.display(),
            failure.join("\n")
        );
    }
    task.done();
    Ok(())
}

/// Reads `[<done>/<total>] …`.
fn steps(line: &str) -> Option<(u64, u64)> {
    let (done, total) = line.strip_prefix('[')?.split_once(']')?.0.split_once('/')?;
    Some((done.parse().ok()?, total.parse().ok()?))
}

#[cfg(test)]
mod tests {
    #[test]
    fn ninja_s_status_is_read() {
        assert_eq!(
            super::steps("[17/1205] Compiling C object"),
            Some((17, 1205))
        );
        assert_eq!(super::steps("ninja: no work to do."), None);
        assert_eq!(super::steps("[a/b] c"), None);
    }
}
