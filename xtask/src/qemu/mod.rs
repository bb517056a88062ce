//! `cargo xtask qemu`: QEMU with the `ace30` machine.
//!
//! Two keys are used. The *build* key holds what makes old object files
//! useless (source and flags); a build folder is kept per build key, so that a
//! change in a patch compiles what it touches, and one in a device model is a
//! relink. The *content* key holds
//! everything that determines the binary; a finished binary is kept per content
//! key.

pub mod config;
pub mod patches;
pub mod source_tree;

mod ninja;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use self::config::Config;
use self::patches::Queue;
use crate::flags;
use crate::host_rust;
use crate::key::{Key, KeyBuilder};
use crate::progress::{Task, Unit};
use crate::provision::Context;
use crate::provision::build_needs::{self, BuildNeeds};
use crate::provision::machine::run;
use crate::provision::qemu_source::{self, QemuSource};

/// The name of the finished binaries in the cache.
const KIND: &str = "machine";

/// How many finished binaries are kept.
const KEPT: usize = 12;

impl flags::Qemu {
    /// Runs the command: builds, and prints the binary's path.
    pub fn run(self) -> Result<()> {
        let context = Context::current()?;
        let binary = build(&context, self.source.qemu_source.as_deref(), self.verbose)?;
        println!("{}", binary.display());
        Ok(())
    }
}

/// Gives the path of the machine's binary; builds it when it is not in the cache.
pub fn build(context: &Context, given: Option<&Path>, verbose: bool) -> Result<PathBuf> {
    let config = Config::read(&context.tree)?;
    let source = qemu_source::provision(context, given)?;
    let needs = build_needs::provision(context)?;
    let build_key = build_key(&config, &source, &needs);
    let content_key = content_key(context, &config, &build_key)?;
    if let Some(entry) = context.store.find(KIND, &content_key) {
        return Ok(entry.join(&config.build.binary));
    }
    let (dir, _lock) = context.store.work_dir("qemu", &build_key)?;
    if let Some(entry) = context.store.find(KIND, &content_key) {
        // Another run built it while this one waited.
        return Ok(entry.join(&config.build.binary));
    }
    let tree = source_tree::prepare(context, &source, &dir)?;
    source_tree::lay_over(&context.tree, &config, &tree)?;
    let board = build_board(context, &config)?;
    source_tree::copy_if_changed(&board, &tree.join(&config.board.to))?;
    let build = dir.join("build");
    configure(&config, &needs, &tree, &build)?;
    ninja::run(&needs, &build, &config.build.results(), verbose)?;
    let entry = context.store.ensure(KIND, &content_key, |to| {
        for result in config.build.results() {
            let place = to.join(
                Path::new(result)
                    .file_name()
                    .context("a result without a name")?,
            );
            fs::copy(build.join(result), &place).with_context(|| format!("copying {result}"))?;
            run(Command::new("strip").arg("--strip-debug").arg(&place))?;
        }
        let about = format!("{}\n{}\n", source.describe(), needs.describe());
        fs::write(to.join("about.txt"), about)?;
        Ok(())
    })?;
    context.store.prune(KIND, KEPT)?;
    Ok(entry.join(&config.build.binary))
}

/// What makes old object files useless.
fn build_key(config: &Config, source: &QemuSource, needs: &BuildNeeds) -> Key {
    let mut key = KeyBuilder::new("qemu-build", 2);
    key.text(&source.sha256);
    for flag in &config.build.flags {
        key.text(flag);
    }
    key.text(format!("{needs:?}"));
    key.finish()
}

/// Everything that determines the binary.
fn content_key(context: &Context, config: &Config, build_key: &Key) -> Result<Key> {
    let mut key = KeyBuilder::new(KIND, 3);
    key.text(build_key.to_string());
    for result in config.build.results() {
        key.text(result);
    }
    sources(context, config, &mut key)?;
    key.text(host_rust::version()?);
    Ok(key.finish())
}

/// Adds our own sources of the machine to a key.
pub fn sources(context: &Context, config: &Config, key: &mut KeyBuilder) -> Result<()> {
    key.text(Queue::read(&context.tree)?.key()?.to_string());
    for (from, to) in source_tree::overlay_files(&context.tree, config)? {
        key.text(to.to_string_lossy()).file(&from)?;
    }
    for package in [
        "qemu-machine/board",
        "qemu-machine/models",
        "qemu-machine/hostlink",
        "firmware/abi",
    ] {
        key.folder(&context.tree.path(package))?;
    }
    host_rust::workspace_files(&context.tree, key)
}

/// Builds the Rust half of the board and gives the library's path.
fn build_board(context: &Context, config: &Config) -> Result<PathBuf> {
    let task = Task::start(
        format!("cargo build -p {}", config.board.package),
        Unit::None,
        0,
    );
    let target = context.tree.target_dir();
    let mut cargo = host_rust::cargo();
    cargo
        .current_dir(context.tree.root())
        .args(["build", "--quiet", "--lib"]);
    cargo.args([
        "--package",
        &config.board.package,
        "--profile",
        &config.board.profile,
    ]);
    cargo.arg("--target-dir").arg(&target);
    if !cargo.status().context("running cargo")?.success() {
        bail!("the Rust half of the board does not build");
    }
    task.done();
    Ok(target
        .join(&config.board.profile)
        .join(&config.board.library))
}

fn configure(config: &Config, needs: &BuildNeeds, source: &Path, build: &Path) -> Result<()> {
    // The stamp is written last, so that a broken-off configure is done again.
    let stamp = build.join("configured.stamp");
    if stamp.exists() {
        return Ok(());
    }
    crate::store::remove_dir(build)?;
    crate::store::create_dir(build)?;
    let task = Task::start("configuring QEMU", Unit::None, 0);
    let mut command = Command::new(source.join("configure"));
    command.current_dir(build).args(&config.build.flags);
    command.arg(format!("--ninja={}", needs.ninja.display()));
    command.arg(format!("--python={}", needs.python.interpreter.display()));
    let link_flags = needs.link_flags()?;
    if !link_flags.is_empty() {
        command.arg(format!("--extra-ldflags={}", link_flags.join(" ")));
    }
    needs.apply(&mut command)?;
    // These would be taken over into QEMU's own build.
    for variable in ["CFLAGS", "LDFLAGS", "CPPFLAGS", "MAKEFLAGS"] {
        command.env_remove(variable);
    }
    let output = command.output().context("running QEMU's configure")?;
    let log = build.join("configure.log");
    fs::write(
        &log,
        [output.stdout.as_slice(), output.stderr.as_slice()].concat(),
    )?;
    if !output.status.success() {
        drop(task);
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        let tail: Vec<_> = said.lines().rev().take(25).collect();
        let tail: Vec<_> = tail.into_iter().rev().collect();
        bail!(
            "QEMU's configure failed; its last words (all of them: {}):\n{}",
            log.display(),
            tail.join("\n")
        );
    }
    fs::write(stamp, "")?;
    task.done();
    Ok(())
}
