//! The same bytes from two folders.

use anyhow::{Result, bail};

use super::Variant;
use super::compile::compile;
use crate::key::sha256_of;
use crate::progress::note;
use crate::provision::Context;
use crate::provision::toolchain::Toolchain;
use crate::twins::Twins;

/// Builds a variant from nothing in two copies of the tree, and compares the images byte for byte.
pub fn check(context: &Context, toolchain: &Toolchain, variant: &Variant) -> Result<()> {
    let twins = Twins::of(&context.tree)?;
    let mut hashes = Vec::new();
    for tree in twins.trees() {
        let copy = Context {
            tree: tree.clone(),
            ..context.clone()
        };
        let target = tree.path("target/firmware");
        hashes.push(sha256_of(
            &compile(&copy, toolchain, variant, &target)?.image,
        )?);
    }
    if hashes[0] != hashes[1] {
        bail!(
            "variant {} is not reproducible: {} and {}; both builds are kept in {}",
            variant.name,
            hashes[0],
            hashes[1],
            twins.keep().display()
        );
    }
    note(format!(
        "variant {} is reproducible: {} from two folders",
        variant.name, hashes[0]
    ));
    Ok(())
}
