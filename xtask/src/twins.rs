//! Two copies of the tree, to see that a build is the same in both.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use tempfile::TempDir;

use crate::store::create_dir;
use crate::tree::Tree;

/// Two copies of the tree, in folders of different depth, which are removed with this value.
///
/// The second copy is made from the first, so that work on the tree meanwhile does not look like
/// a difference.
#[derive(Debug)]
pub struct Twins {
    parent: TempDir,
    trees: [Tree; 2],
}

impl Twins {
    /// Copies the tree twice.
    pub fn of(tree: &Tree) -> Result<Twins> {
        let parent = tempfile::tempdir()?;
        let one = parent.path().join("one");
        let other = parent.path().join("another/and/deeper");
        copy(tree.root(), &one)?;
        copy(&one, &other)?;
        let trees = [Tree::at(one), Tree::at(other)];
        Ok(Twins { parent, trees })
    }

    /// Both copies.
    pub fn trees(&self) -> &[Tree; 2] {
        &self.trees
    }

    /// Leaves the copies where they are, for whoever wants to look.
    pub fn keep(self) -> PathBuf {
        self.parent.keep()
    }
}

/// Copies the sources in a folder.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    for relative in crate::files::below(from)? {
        let target = to.join(&relative);
        create_dir(target.parent().unwrap_or(to))?;
        if from.join(&relative).is_file() {
            fs::copy(from.join(&relative), target)?;
        }
    }
    Ok(())
}
