//! The patch queue and QEMU's files that it touches.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::key::{Key, KeyBuilder};
use crate::provision::machine::run;
use crate::tree::Tree;

/// The patches of a tree, in the order in which they are applied.
#[derive(Debug)]
pub struct Queue {
    files: Vec<PathBuf>,
    touched: Touched,
}

/// What a queue does to files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Files that it expects to find, and changes or removes.
    pub changed: BTreeSet<String>,
    /// Files that it adds.
    pub added: BTreeSet<String>,
}

impl Queue {
    /// Reads `qemu-machine/patches`.
    pub fn read(tree: &Tree) -> Result<Queue> {
        let dir = tree.path("qemu-machine/patches");
        let names = crate::files::below(&dir)?;
        let is_patch = |path: &PathBuf| {
            path.extension()
                .is_some_and(|extension| extension == "patch")
        };
        let files: Vec<_> = names
            .into_iter()
            .filter(is_patch)
            .map(|name| dir.join(name))
            .collect();
        let texts = files
            .iter()
            .map(fs::read_to_string)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Queue {
            touched: Touched::by(&texts.concat()),
            files,
        })
    }

    /// What the queue does to files.
    pub fn touched(&self) -> &Touched {
        &self.touched
    }

    /// The queue's content.
    pub fn key(&self) -> Result<Key> {
        let mut key = KeyBuilder::new("qemu-patches", 1);
        for file in &self.files {
            key.file(file)?;
        }
        Ok(key.finish())
    }

    /// Applies the queue to the files of a tarball that it touches, in a folder
    /// that holds nothing else; `more` are files wanted there as they are.
    pub fn apply_apart(&self, tarball: &Path, more: &BTreeSet<String>, to: &Path) -> Result<()> {
        extract(tarball, &self.touched.changed, to)
            .context("the source lacks files that our patches change")?;
        let rest: BTreeSet<_> = more.difference(&self.touched.changed).cloned().collect();
        extract(tarball, &rest, to)?;
        for file in &self.files {
            apply(file, to)?;
        }
        Ok(())
    }
}

impl Touched {
    /// Reads the headers of patches, in order.
    fn by(patches: &str) -> Touched {
        let name = |path: &str| {
            let path = path.split('\t').next().unwrap_or(path).trim_end();
            path.split_once('/')
                .filter(|_| path != "/dev/null")
                .map(|(_, name)| name.to_string())
        };
        let mut touched = Touched::default();
        let mut old = None;
        for line in patches.lines() {
            if let Some(path) = line.strip_prefix("--- ") {
                old = Some(name(path));
            } else if let (Some(path), Some(old)) = (line.strip_prefix("+++ "), old.take()) {
                match old {
                    Some(old) if !touched.added.contains(&old) => _ = touched.changed.insert(old),
                    Some(_) => {}
                    None => touched.added.extend(name(path)),
                }
            }
        }
        touched
    }
}

/// Extracts some files of a tarball, without its top folder.
fn extract(tarball: &Path, names: &BTreeSet<String>, to: &Path) -> Result<()> {
    if names.is_empty() {
        return Ok(());
    }
    let mut tar = Command::new("tar");
    tar.args(["-x", "--strip-components=1", "--wildcards", "-f"])
        .arg(tarball)
        .arg("-C")
        .arg(to);
    // Anchored and without `*` over `/`, so that a file of the same name deeper down is not meant.
    tar.args(["--anchored", "--no-wildcards-match-slash"]);
    tar.args(names.iter().map(|name| format!("*/{name}")));
    run(&mut tar)?;
    Ok(())
}

fn apply(patch: &Path, to: &Path) -> Result<()> {
    let mut command = Command::new("patch");
    command.args([
        "-p1",
        "--forward",
        "--batch",
        "--fuzz=2",
        "--no-backup-if-mismatch",
        "-i",
    ]);
    let output = command
        .arg(patch)
        .current_dir(to)
        .output()
        .context("running patch")?;
    if !output.status.success() {
        let name = patch.file_name().unwrap_or_default().to_string_lossy();
        bail!(
            "the patch {name} does not apply:\n{}",
            String::from_utf8_lossy(&output.stdout).trim()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_queue_itself_adds_is_not_asked_of_the_source() {
        let queue = "\
--- a/accel/tcg/rr.c
+++ b/accel/tcg/rr.c
@@ -1,2 +1,2 @@
--- no header, but a removed line
 context
--- /dev/null
+++ b/include/policy.h
--- a/include/policy.h\t2026-01-01
+++ b/include/policy.h\t2026-01-01
--- a/gone.c
+++ /dev/null
";
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_string()).collect();
        assert_eq!(
            Touched::by(queue),
            Touched {
                changed: set(&["accel/tcg/rr.c", "gone.c"]),
                added: set(&["include/policy.h"])
            }
        );
    }
}
