//! Where things are: the source tree, and what cargo builds out of it.

use std::path::{Path, PathBuf};

/// The source tree this program belongs to.
#[derive(Debug, Clone)]
pub struct Tree {
    root: PathBuf,
}

impl Tree {
    /// The tree that holds this crate.
    ///
    /// Cargo sets `CARGO_MANIFEST_DIR` when it runs the program, so that a
    /// binary shared by two work trees (one target folder) still finds the
    /// tree it was called in.
    pub fn current() -> Tree {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .parent()
            .expect("xtask is a folder of the tree")
            .to_path_buf();
        Tree { root }
    }

    /// A tree at a known place.
    pub fn at(root: impl Into<PathBuf>) -> Tree {
        Tree { root: root.into() }
    }

    /// The top folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path below the top folder.
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// Cargo's target folder for the host workspace.
    pub fn target_dir(&self) -> PathBuf {
        match std::env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => self.root.join(dir),
            None => self.root.join("target"),
        }
    }
}
