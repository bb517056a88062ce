//! The same bytes from two folders.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use super::Variant;
use super::compile::compile;
use crate::key::sha256_of;
use crate::progress::note;
use crate::provision::Context;
use crate::provision::toolchain::Toolchain;
use crate::store::create_dir;
use crate::tree::Tree;

/// Builds a variant from nothing in two copies of the tree, in folders of
/// different depth, and compares the images byte for byte.
///
/// The second copy is made from the first, so that work on the tree meanwhile
/// does not look like a difference.
pub fn check(context: &Context, toolchain: &Toolchain, variant: &Variant) -> Result<()> {
    let parent = tempfile::tempdir()?;
    let (one, other) = (
        parent.path().join("one"),
        parent.path().join("another/and/deeper"),
    );
    copy_tree(context.tree.root(), &one)?;
    copy_tree(&one, &other)?;
    let mut hashes = Vec::new();
    for root in [&one, &other] {
        let copy = Context {
            tree: Tree::at(root),
            ..context.clone()
        };
        let target = root.join("target/firmware");
        hashes.push(sha256_of(
            &compile(&copy, toolchain, variant, &target)?.image,
        )?);
    }
    if hashes[0] != hashes[1] {
        let kept = parent.keep();
        bail!(
            "variant {} is not reproducible: {} and {}; both builds are kept in {}",
            variant.name,
            hashes[0],
            hashes[1],
            kept.display()
        );
    }
    note(format!(
        "variant {} is reproducible: {} from two folders",
        variant.name, hashes[0]
    ));
    Ok(())
}

fn copy_tree(from: &Path, to: &Path) -> Result<()> {
    for relative in crate::files::below(from)? {
        let target = to.join(&relative);
        create_dir(target.parent().unwrap_or(to))?;
        if from.join(&relative).is_file() {
            fs::copy(from.join(&relative), target)?;
        }
    }
    Ok(())
}
