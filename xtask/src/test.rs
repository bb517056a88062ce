//! `cargo xtask test`: formatting, lints, host tests (tidy is one of them) and cases.

mod tally;

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result};

use self::tally::Tally;
use crate::firmware;
use crate::flags;
use crate::host_rust;
use crate::prepare::{self, Ready};
use crate::provision::Context;

impl flags::Test {
    /// Runs everything, also after a failure, and ends with one plain line of counts.
    pub fn run(self) -> Result<ExitCode> {
        let context = Context::current()?;
        let ready = (!self.host_only)
            .then(|| prepare::machine_and_firmware(&context))
            .transpose()?;
        let mut tally = Tally::default();
        if self.filter.is_empty() {
            check(&mut tally, "rustfmt", || formatting(&context))?;
            check(&mut tally, "clippy", || clippy(&context))?;
            miri(&context, &mut tally)?;
            if let Some(ready) = &ready {
                check(&mut tally, "firmware size", || sizes(ready))?;
            }
        }
        tests(&context, ready.as_ref(), &self.filter, &mut tally)?;
        println!("{tally}");
        Ok(ExitCode::from(u8::from(tally.failed > 0)))
    }
}

/// Runs one check that passes or fails as a whole.
fn check(tally: &mut Tally, name: &str, run: impl FnOnce() -> Result<bool>) -> Result<()> {
    println!("== {name}");
    let passed = run()?;
    tally.add_one(passed);
    if !passed {
        println!("== {name} failed");
    }
    Ok(())
}

fn cargo(context: &Context) -> Command {
    let mut cargo = host_rust::cargo();
    cargo.current_dir(context.tree.root());
    cargo
}

fn passes(command: &mut Command) -> Result<bool> {
    Ok(command
        .status()
        .with_context(|| format!("running {command:?}"))?
        .success())
}

fn formatting(context: &Context) -> Result<bool> {
    let workspace = passes(cargo(context).args(["fmt", "--all", "--check"]))?;
    let image = context.tree.path("firmware/dsp/Cargo.toml");
    Ok(workspace
        & passes(
            cargo(context)
                .args(["fmt", "--check", "--manifest-path"])
                .arg(image),
        )?)
}

/// Prints what the images use of their budgets.
fn sizes(ready: &Ready) -> Result<bool> {
    let mut fine = true;
    for (variant, image) in &ready.firmware {
        match firmware::budget(variant, image) {
            Ok(line) => line.iter().for_each(|line| println!("{line}")),
            Err(error) => {
                println!("{error}");
                fine = false;
            }
        }
    }
    Ok(fine)
}

fn clippy(context: &Context) -> Result<bool> {
    let mut fine = passes(cargo(context).args([
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))?;
    // The image is a workspace of its own; its profile for the DSP is the one without unwinding.
    for features in ["", "thread-names", "debug,thread-names"] {
        fine &= passes(
            cargo(context)
                .args(["clippy", "--quiet", "--release", "--manifest-path"])
                .arg(context.tree.path("firmware/dsp/Cargo.toml"))
                .arg("--target-dir")
                .arg(context.tree.target_dir().join("clippy-image"))
                .args(["--features", features, "--", "-D", "warnings"]),
        )?;
    }
    Ok(fine)
}

/// Runs the crates under Miri that hold `unsafe` and can run on the host. A machine without Miri
/// is told so; it is no failure.
fn miri(context: &Context, tally: &mut Tally) -> Result<()> {
    let works = |toolchain: &[&str]| {
        let mut version = Command::new("cargo");
        version.args(toolchain).args(["miri", "--version"]);
        version.stdout(Stdio::null()).stderr(Stdio::null());
        version.status().is_ok_and(|status| status.success())
    };
    let choices: [&[&str]; 2] = [&[], &["+nightly"]];
    let Some(toolchain) = choices.into_iter().find(|choice| works(choice)) else {
        println!("== miri: not run, no toolchain here has it");
        return Ok(());
    };
    check(tally, "miri", || {
        passes(
            Command::new("cargo")
                .args(toolchain)
                .args(["miri", "test", "-p", "acelab-codegen", "--lib"])
                .current_dir(context.tree.root()),
        )
    })
}

/// Runs the workspace's tests: with nextest where it is installed, else with cargo's own runner.
fn tests(
    context: &Context,
    ready: Option<&Ready>,
    filter: &[String],
    tally: &mut Tally,
) -> Result<()> {
    let nextest = passes(
        cargo(context)
            .args(["nextest", "--version"])
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    )?;
    let runner: &[&str] = if nextest {
        &["nextest", "run", "--no-fail-fast"]
    } else {
        &["test", "--no-fail-fast"]
    };
    let mut runs = vec![runner];
    if nextest && filter.is_empty() && ready.is_some() {
        // nextest runs no documentation tests.
        runs.push(&["test", "--doc", "--no-fail-fast"]);
    }
    for args in runs {
        println!("== cargo {}", args.join(" "));
        let mut command = cargo(context);
        command.args(args).arg("--workspace");
        match ready {
            Some(ready) => ready.export(&mut command),
            // The tests beside the crates drive QEMU and the toolchain; those inside do not.
            None => _ = command.args(["--lib", "--bins"]),
        }
        if !filter.is_empty() {
            command.args(if nextest { &[][..] } else { &["--"][..] });
            command.args(filter);
        }
        let before = tally.failed;
        let status = stream(command, tally)?;
        if !status && tally.failed == before {
            // Something failed that no test result tells of, such as a compile error.
            tally.add_one(false);
        }
    }
    Ok(())
}

/// Shows a command's output as it comes, and counts the results in it.
fn stream(mut command: Command, tally: &mut Tally) -> Result<bool> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().context("running cargo")?;
    let errors = child.stderr.take().context("no standard error")?;
    let errors = std::thread::spawn(move || show(errors, |line| eprintln!("{line}")));
    let mut seen = show(child.stdout.take().context("no standard output")?, |line| {
        println!("{line}")
    });
    seen.extend(errors.join().unwrap_or_default());
    seen.iter().for_each(|line| tally.read(line));
    Ok(child.wait()?.success())
}

fn show(from: impl Read, print: impl Fn(&str)) -> Vec<String> {
    let mut kept = Vec::new();
    for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line).into_owned();
        print(&line);
        if Tally::is_result(&line) {
            kept.push(line);
        }
    }
    kept
}
