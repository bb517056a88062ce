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

use std::path::Path;

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
}

impl Context {
    /// The context of this run.
    pub fn current() -> Result<Context> {
        let private = std::env::var_os("ACELAB_PRIVATE").is_some_and(|value| value == "1");
        Ok(Context {
            tree: Tree::current(),
            store: Store::of_user()?,
            private,
        })
    }

    /// The machine's package set-up.
    pub fn machine(&self) -> Result<sources::Machine> {
        // A test of a machine without network sets up another folder here.
        let etc = std::env::var_os("ACELAB_ETC").unwrap_or_else(|| "/etc".into());
        sources::Machine::read(Path::new(&etc))
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
pub fn machine_cargo_home() -> Option<std::path::PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".cargo"));
    std::env::var_os("CARGO_HOME").map(Into::into).or_else(home)
}
