//! Finding or getting what is missing.
//!
//! Each need is looked for in this order: what was named by hand (an
//! environment variable), what the machine has, the distribution's packages,
//! which are unpacked into the cache. Which one was used is written down.

pub mod apt;
pub mod build_needs;
pub mod debs;
pub mod machine;
pub mod python;
pub mod qemu_source;
pub mod selftest;
pub mod sources;
pub mod sysroot;
pub mod toolchain;
pub mod version;
mod wrappers;

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::flags;
use crate::progress;
use crate::store::Store;
use crate::tree::Tree;

/// What every step of provisioning needs to know.
#[derive(Debug, Clone)]
pub struct Context {
    /// The source tree.
    pub tree: Tree,
    /// The cache.
    pub store: Store,
    /// Take nothing from the machine that can be fetched (`ACELAB_PRIVATE=1`).
    pub private: bool,
    /// Tools that were named by hand.
    pub by_hand: ByHand,
    /// Where the machine's set-up is: `/etc`, but for tests.
    pub etc: PathBuf,
}

/// Tools of the firmware toolchain that were named by hand, in environment variables.
#[derive(Debug, Clone, Default)]
pub struct ByHand {
    /// ACELAB_RUSTC: a compiler with its library source.
    pub rustc: Option<String>,
    /// ACELAB_LLVM_BIN: a folder with LLVM's tools.
    pub llvm_bin: Option<String>,
    /// ACELAB_BINUTILS_PREFIX: what the names of the Xtensa binutils begin with.
    pub binutils_prefix: Option<String>,
}

impl ByHand {
    fn from_env() -> ByHand {
        let named = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        ByHand {
            rustc: named("ACELAB_RUSTC"),
            llvm_bin: named("ACELAB_LLVM_BIN"),
            binutils_prefix: named("ACELAB_BINUTILS_PREFIX"),
        }
    }
}

impl Context {
    /// The context of this run.
    pub fn current() -> Result<Context> {
        let private = std::env::var_os("ACELAB_PRIVATE").is_some_and(|value| value == "1");
        Ok(Context {
            tree: Tree::current(),
            store: Store::of_user()?,
            private,
            by_hand: ByHand::from_env(),
            etc: "/etc".into(),
        })
    }

    /// The machine's package set-up.
    pub fn machine(&self) -> Result<sources::Machine> {
        sources::Machine::read(&self.etc)
    }
}

impl flags::Provision {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let context = Context::current()?;
        let wanted = |need| self.what.is_empty() || self.what.contains(&need);
        if self.refresh {
            for (need, kind) in [
                (flags::Need::Toolchain, toolchain::KIND),
                (flags::Need::BuildNeeds, build_needs::KIND),
                (flags::Need::QemuSource, qemu_source::KIND),
            ] {
                if wanted(need) {
                    context.store.forget_resolved(kind)?;
                }
            }
        }
        if wanted(flags::Need::Toolchain) {
            let toolchain = toolchain::provision(&context)?;
            progress::note(toolchain.describe());
        }
        if wanted(flags::Need::BuildNeeds) {
            let needs = build_needs::provision(&context)?;
            progress::note(needs.describe());
        }
        if wanted(flags::Need::QemuSource) {
            let source = qemu_source::provision(&context, self.source.qemu_source.as_deref())?;
            progress::note(source.describe());
        }
        Ok(())
    }
}

/// Where cargo keeps what it downloaded.
pub fn cargo_home() -> Option<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo"));
    std::env::var_os("CARGO_HOME").map(Into::into).or_else(home)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine whose only mirror is not there.
    fn cut_off() -> (tempfile::TempDir, Context) {
        let dir = tempfile::tempdir().unwrap();
        let etc = dir.path().join("etc");
        std::fs::create_dir_all(etc.join("apt")).unwrap();
        std::fs::write(etc.join("os-release"), "VERSION_CODENAME=bookworm\n").unwrap();
        std::fs::write(
            etc.join("apt/sources.list"),
            "deb file:/nowhere/debian bookworm main\n",
        )
        .unwrap();
        let store = Store::at(dir.path().join("cache"));
        (
            dir,
            Context {
                tree: Tree::current(),
                store,
                private: true,
                by_hand: ByHand::default(),
                etc,
            },
        )
    }

    #[track_caller]
    fn check<T: std::fmt::Debug>(result: Result<T>, wanted: &[&str]) {
        let error = format!("{:#}", result.unwrap_err());
        for words in wanted {
            assert!(error.contains(words), "`{words}` is not in: {error}");
        }
    }

    #[test]
    fn without_network_the_error_names_what_is_missing_and_how_to_give_it() {
        let (_dir, context) = cut_off();
        let unreachable = "/nowhere/debian";
        check(
            toolchain::provision(&context),
            &["ACELAB_RUSTC", "ACELAB_LLVM_BIN", "rustc-web", unreachable],
        );
        check(
            qemu_source::provision(&context, None),
            &["QEMU's source", "--qemu-source", unreachable],
        );
        check(
            build_needs::fetch(&context, &["ninja-build".into()]),
            &["ninja-build", unreachable],
        );
    }

    #[test]
    fn a_tarball_that_is_not_there_is_named() {
        let (_dir, context) = cut_off();
        check(
            qemu_source::provision(&context, Some(Path::new("gone.tar.xz"))),
            &["gone.tar.xz"],
        );
    }

    #[test]
    fn a_tarball_of_something_else_is_refused() {
        let (dir, context) = cut_off();
        let tarball = dir.path().join("other.tar");
        let mut tar = std::process::Command::new("tar");
        machine::run(
            tar.arg("-cf")
                .arg(&tarball)
                .arg("-C")
                .arg(dir.path())
                .arg("etc"),
        )
        .unwrap();
        check(
            qemu_source::provision(&context, Some(&tarball)),
            &["does not look like a QEMU source"],
        );
    }
}
