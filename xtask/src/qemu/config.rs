//! `qemu-machine/qemu.toml`.

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::provision::python::Module;
use crate::tree::Tree;

/// What the machine is built from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// QEMU's source.
    pub source: Source,
    /// Our files.
    pub overlay: Vec<Overlay>,
    /// The Rust half of the board.
    pub board: Board,
    /// How it is configured.
    pub build: Build,
    /// Python modules for configure.
    pub python: Vec<Module>,
}

/// Which source will do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Source package.
    pub package: String,
    /// The oldest release.
    pub minimum: String,
    /// The first release that is too new.
    pub below: String,
    /// Releases that were tried.
    pub known: Vec<KnownSource>,
}

/// A release that was tried.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownSource {
    /// Release.
    pub version: String,
    /// SHA-256 of its tarball.
    pub sha256: String,
}

/// A file, or files matching the last part of a path, laid over the source.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overlay {
    /// Path below `qemu-machine`; `board/*.[ch]` means the C files and headers of a folder.
    pub from: String,
    /// Path in QEMU's source; a folder for several files.
    pub to: String,
}

/// The Rust half of the board.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Board {
    /// Cargo package.
    pub package: String,
    /// Cargo profile.
    pub profile: String,
    /// File name of the static library.
    pub library: String,
    /// Where the build expects it, in QEMU's source.
    pub to: String,
}

/// How QEMU is configured.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Build {
    /// The program that is built.
    pub binary: String,
    /// Plugins that are built and kept beside it.
    pub plugins: Vec<String>,
    /// Arguments of configure.
    pub flags: Vec<String>,
}

impl Build {
    /// Everything that is built, by its path in the build folder.
    pub fn results(&self) -> Vec<&str> {
        let plugins = self.plugins.iter().map(String::as_str);
        std::iter::once(self.binary.as_str())
            .chain(plugins)
            .collect()
    }
}

impl Config {
    /// Reads the tree's file.
    pub fn read(tree: &Tree) -> Result<Config> {
        let path = tree.path("qemu-machine/qemu.toml");
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("reading {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("in {}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_s_own_file_is_read() {
        let config = Config::read(&Tree::current()).unwrap();
        assert!(
            config
                .source
                .known
                .iter()
                .all(|known| known.sha256.len() == 64)
        );
        assert!(!config.overlay.is_empty());
    }
}
