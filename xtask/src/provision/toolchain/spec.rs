//! `xtask/toolchain.toml`.

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::tree::Tree;

/// The smallest and the known versions, from `xtask/toolchain.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// rustc.
    pub rust: RustSpec,
    /// LLVM tools.
    pub llvm: Known,
    /// Xtensa binutils.
    pub binutils: BinutilsSpec,
}

/// What is asked of rustc.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RustSpec {
    /// The oldest release that will do.
    pub minimum: String,
    /// Releases that were tried.
    pub known: Vec<String>,
    /// Pairs of packages.
    pub packages: Vec<RustPackages>,
}

/// A package with rustc and the one with its library source.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RustPackages {
    /// The compiler's package.
    pub rustc: String,
    /// The library source's package.
    pub source: String,
}

/// Versions that were tried.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Versions that were tried.
    pub known: Vec<String>,
}

/// What is asked of the binutils.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BinutilsSpec {
    /// Versions that were tried.
    pub known: Vec<String>,
    /// The package that has them.
    pub package: String,
    /// How the tools' names begin.
    pub prefix: String,
}

impl Spec {
    /// Reads the tree's specification.
    pub fn read(tree: &Tree) -> Result<Spec> {
        let path = tree.path("xtask/toolchain.toml");
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("reading {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("in {}", path.display()))
    }
}
