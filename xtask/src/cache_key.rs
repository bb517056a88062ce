//! `cargo xtask cache-key`: keys for a CI's caches, from the tree alone.

use anyhow::Result;

use crate::firmware;
use crate::flags;
use crate::host_rust;
use crate::key::{Key, KeyBuilder};
use crate::provision::Context;
use crate::qemu;
use crate::qemu::config::Config;
use crate::qemu::patches::Queue;

impl flags::CacheKey {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let context = Context::current()?;
        for (name, key) in keys(&context)? {
            println!("{name}={key}");
        }
        Ok(())
    }
}

/// The keys, by what they are for.
fn keys(context: &Context) -> Result<Vec<(&'static str, Key)>> {
    let tree = &context.tree;
    let config = Config::read(tree)?;

    let mut provisioned = KeyBuilder::new("ci-provisioned", 1);
    provisioned
        .file(&tree.path("xtask/toolchain.toml"))?
        .file(&tree.path("qemu-machine/qemu.toml"))?;
    provisioned.folder(&tree.path("xtask/src/provision"))?;

    let mut qemu_build = KeyBuilder::new("ci-qemu-build", 1);
    qemu_build.file(&tree.path("qemu-machine/qemu.toml"))?;
    qemu_build.text(Queue::read(tree)?.key()?.to_string());
    let qemu_build = qemu_build.finish();

    let mut machine = KeyBuilder::new("ci-machine", 1);
    machine.text(qemu_build.to_string());
    qemu::sources(context, &config, &mut machine)?;

    let mut images = KeyBuilder::new("ci-firmware", 1);
    images.file(&tree.path("xtask/toolchain.toml"))?;
    firmware::sources(context, &mut images)?;

    let mut host = KeyBuilder::new("ci-host", 1);
    host_rust::workspace_files(tree, &mut host)?;

    Ok(vec![
        ("provisioned", provisioned.finish()),
        ("qemu-build", qemu_build),
        ("machine", machine.finish()),
        ("firmware", images.finish()),
        ("host", host.finish()),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_the_same_each_time_and_differ_from_each_other() {
        let context = Context::current().unwrap();
        let first = keys(&context).unwrap();
        assert_eq!(first, keys(&context).unwrap());
        let distinct: std::collections::BTreeSet<_> = first.iter().map(|(_, key)| key).collect();
        assert_eq!(distinct.len(), first.len());
    }
}
