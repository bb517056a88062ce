//! The same bytes from two folders.

use anyhow::{Result, bail};

use super::source::Source;
use crate::key::sha256_of;
use crate::progress::note;
use crate::provision::Context;
use crate::provision::toolchain::Toolchain;
use crate::store::create_dir;
use crate::tree::Tree;
use crate::twins::{Twins, copy};

/// Builds libraries from nothing in two copies of the tree, and compares files and ELF files byte
/// for byte. One from outside of the tree is copied into each of them.
pub fn check(context: &Context, toolchain: &Toolchain, sources: &[Source]) -> Result<()> {
    let twins = Twins::of(&context.tree)?;
    let mut builds = Vec::new();
    for tree in twins.trees() {
        let twin = Context {
            tree: tree.clone(),
            ..context.clone()
        };
        let built = sources
            .iter()
            .map(|source| hashes(context, &twin, toolchain, source))
            .collect::<Result<Vec<_>>>()?;
        builds.push(built);
    }
    for ((source, one), other) in sources.iter().zip(&builds[0]).zip(&builds[1]) {
        if one != other {
            bail!(
                "library {} is not reproducible: {} and {}; both builds are kept in {}",
                source.name,
                one.join(" "),
                other.join(" "),
                twins.keep().display()
            );
        }
        let (name, hash) = (&source.name, &one[0]);
        note(format!(
            "library {name} is reproducible: {hash} from two folders"
        ));
    }
    Ok(())
}

/// The hashes of both files of a library, built in a copy of the tree.
fn hashes(
    context: &Context,
    twin: &Context,
    toolchain: &Toolchain,
    source: &Source,
) -> Result<[String; 2]> {
    let source = Source::at(&match source.folder.strip_prefix(context.tree.root()) {
        Ok(relative) => twin.tree.path(relative),
        Err(_) => copied(source, &twin.tree)?,
    })?;
    let target = twin.tree.path("target/firmware");
    let to = twin.tree.path("target/library");
    create_dir(&to)?;
    let built = super::make(twin, toolchain, &source, &target, &to)?;
    Ok([sha256_of(&built.file)?, sha256_of(&built.elf)?])
}

fn copied(source: &Source, tree: &Tree) -> Result<std::path::PathBuf> {
    let beside = tree.path("target/sources").join(&source.name);
    copy(&source.folder, &beside)?;
    Ok(beside)
}
