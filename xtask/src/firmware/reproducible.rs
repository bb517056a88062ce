//! The same bytes from two folders.

use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use super::{Variant, compile};
use crate::key::sha256_of;
use crate::progress::note;
use crate::provision::Context;
use crate::provision::toolchain::Toolchain;
use crate::store::create_dir;
use crate::tree::Tree;

/// Builds a variant twice from nothing, in copies of the tree in two folders of
/// different depth, and compares the images byte for byte, also with the one given.
pub fn check(
    context: &Context,
    toolchain: &Toolchain,
    variant: &Variant,
    image: &Path,
) -> Result<()> {
    let parent = tempfile::tempdir()?;
    let mut images = vec![image.to_path_buf()];
    for folder in ["one", "another/and/deeper"] {
        let root = parent.path().join(folder);
        copy_tree(context.tree.root(), &root)?;
        let copy = Context {
            tree: Tree::at(&root),
            ..context.clone()
        };
        images.push(compile(
            &copy,
            toolchain,
            variant,
            &root.join("target/firmware"),
        )?);
    }
    let hashes = images
        .iter()
        .map(|image| sha256_of(image))
        .collect::<Result<Vec<_>>>()?;
    if hashes.iter().any(|hash| *hash != hashes[0]) {
        bail!(
            "variant {} is not reproducible; the images' hashes are\n{}",
            variant.name,
            hashes.join("\n")
        );
    }
    note(format!(
        "variant {} is reproducible: {} from three folders",
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
