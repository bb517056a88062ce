//! QEMU's source tree with our files and patches in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::config::{Config, Overlay};
use crate::key::KeyBuilder;
use crate::provision::Context;
use crate::provision::machine::run;
use crate::provision::qemu_source::QemuSource;
use crate::store::{create_dir, remove_dir};
use crate::tree::Tree;

/// The patches, in the order in which they are applied.
pub fn patches(tree: &Tree) -> Result<Vec<PathBuf>> {
    let dir = tree.path("qemu-machine/patches");
    let mut found: Vec<_> = crate::files::below(&dir)?
        .into_iter()
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "patch")
        })
        .map(|path| dir.join(path))
        .collect();
    found.sort();
    Ok(found)
}

/// Unpacks a tarball so that its single top folder becomes `to`.
pub fn unpack(tarball: &Path, to: &Path) -> Result<()> {
    create_dir(to)?;
    let mut tar = Command::new("tar");
    tar.args(["-x", "--strip-components=1", "-f"])
        .arg(tarball)
        .arg("-C")
        .arg(to);
    run(&mut tar).with_context(|| format!("unpacking {}", tarball.display()))?;
    Ok(())
}

/// Applies the tree's patches; the error names the patch that does not apply.
pub fn apply_patches(tree: &Tree, to: &Path) -> Result<()> {
    for patch in patches(tree)? {
        let mut command = Command::new("patch");
        command
            .args([
                "-p1",
                "--forward",
                "--batch",
                "--fuzz=2",
                "--no-backup-if-mismatch",
                "-i",
            ])
            .arg(&patch);
        let output = command.current_dir(to).output().context("running patch")?;
        if !output.status.success() {
            let name = patch.file_name().unwrap_or_default().to_string_lossy();
            bail!(
                "the patch {name} does not apply:\n{}",
                String::from_utf8_lossy(&output.stdout).trim()
            );
        }
    }
    Ok(())
}

/// Checks that the patches apply to a source, in a folder that is thrown away.
pub fn check_patches(context: &Context, source: &QemuSource) -> Result<()> {
    let parent = context.store.root().join("work");
    create_dir(&parent)?;
    let dir = tempfile::Builder::new()
        .prefix(".patch-check-")
        .tempdir_in(parent)?;
    // Only the files that the patches name are unpacked: a second instead of twenty.
    let names = patched_files(&context.tree)?;
    if names.is_empty() {
        return Ok(());
    }
    let mut tar = Command::new("tar");
    tar.args(["-x", "--strip-components=1", "--wildcards", "-f"])
        .arg(&source.tarball)
        .arg("-C")
        .arg(dir.path());
    tar.args(names.iter().map(|name| format!("*/{name}")));
    run(&mut tar).context("the source lacks files that our patches change")?;
    apply_patches(&context.tree, dir.path())
}

/// The files of QEMU that the patches change (not those that they add).
fn patched_files(tree: &Tree) -> Result<Vec<String>> {
    let texts = patches(tree)?
        .iter()
        .map(fs::read_to_string)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(changed_files(&texts.concat()))
}

/// The files that a patch queue expects to find.
fn changed_files(patches: &str) -> Vec<String> {
    let mut added = BTreeSet::new();
    let mut changed = BTreeSet::new();
    let mut old = "";
    for line in patches.lines() {
        let name = |rest: &str| {
            rest.split('\t')
                .next()
                .unwrap_or(rest)
                .trim_end()
                .to_string()
        };
        if let Some(rest) = line.strip_prefix("--- ") {
            old = rest;
        } else if let Some(new) = line.strip_prefix("+++ b/") {
            if old.starts_with("/dev/null") {
                added.insert(name(new));
            } else if !added.contains(&name(new)) {
                changed.insert(name(new));
            }
        }
    }
    changed.into_iter().collect()
}

/// Our files with their places in QEMU's source.
pub fn overlay_files(tree: &Tree, config: &Config) -> Result<Vec<(PathBuf, PathBuf)>> {
    let mut files = Vec::new();
    for overlay in &config.overlay {
        files.extend(expand(tree, overlay)?);
    }
    Ok(files)
}

fn expand(tree: &Tree, overlay: &Overlay) -> Result<Vec<(PathBuf, PathBuf)>> {
    let from = tree.path("qemu-machine").join(&overlay.from);
    let Some(folder) = overlay.from.strip_suffix("/*.[ch]") else {
        return Ok(vec![(from, PathBuf::from(&overlay.to))]);
    };
    let folder = tree.path("qemu-machine").join(folder);
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "c" || extension == "h")
        {
            let name = path.file_name().context("a file without a name")?;
            files.push((path.clone(), Path::new(&overlay.to).join(name)));
        }
    }
    files.sort();
    Ok(files)
}

/// Copies our files over the source; files that are the same are left alone,
/// so that ninja rebuilds only what changed.
pub fn lay_over(tree: &Tree, config: &Config, to: &Path) -> Result<()> {
    for (from, relative) in overlay_files(tree, config)? {
        copy_if_changed(&from, &to.join(relative))?;
    }
    Ok(())
}

/// Copies a file unless the target has the same content.
pub fn copy_if_changed(from: &Path, to: &Path) -> Result<()> {
    let content = fs::read(from).with_context(|| format!("reading {}", from.display()))?;
    if fs::read(to).is_ok_and(|old| old == content) {
        return Ok(());
    }
    create_dir(to.parent().context("a file without a folder")?)?;
    fs::write(to, content).with_context(|| format!("writing {}", to.display()))
}

/// Makes the patched source in `dir/source`, unless it was made from the same
/// tarball and patches before.
pub fn prepare(context: &Context, source: &QemuSource, dir: &Path) -> Result<PathBuf> {
    let tree = &context.tree;
    let place = dir.join("source");
    let mut key = KeyBuilder::new("qemu-tree", 1);
    key.text(&source.sha256);
    for patch in patches(tree)? {
        key.file(&patch)?;
    }
    let key = key.finish().to_string();
    let stamp = dir.join("source.key");
    if place.exists() && fs::read_to_string(&stamp).is_ok_and(|old| old == key) {
        return Ok(place);
    }
    let task = crate::progress::Task::start(
        format!("unpacking and patching QEMU {}", source.version),
        crate::progress::Unit::None,
        0,
    );
    let _ = fs::remove_file(&stamp);
    remove_dir(&place)?;
    unpack(&source.tarball, &place)?;
    apply_patches(tree, &place)?;
    fs::write(&stamp, key)?;
    task.done();
    Ok(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_the_queue_itself_adds_are_not_asked_of_the_source() {
        let queue = "\
--- a/accel/tcg/rr.c
+++ b/accel/tcg/rr.c
@@ -1 +1 @@
--- /dev/null
+++ b/include/policy.h
--- a/include/policy.h\t2026-01-01
+++ b/include/policy.h\t2026-01-01
";
        assert_eq!(changed_files(queue), ["accel/tcg/rr.c"]);
    }
}
