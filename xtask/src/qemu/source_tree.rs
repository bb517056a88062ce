//! QEMU's source tree with our files and patches in it.
//!
//! The tree is kept from build to build. When a file of ours or a patch has
//! changed, only the files that differ are written, so that ninja compiles
//! only what depends on them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use super::config::{Config, Overlay};
use super::patches::Queue;
use crate::progress::{Task, Unit};
use crate::provision::Context;
use crate::provision::machine::run;
use crate::provision::qemu_source::QemuSource;
use crate::store::{create_dir, remove_dir, remove_file, write_whole};
use crate::tree::Tree;

/// Checks that the patches apply to a source.
pub fn check_patches(context: &Context, source: &QemuSource) -> Result<()> {
    let dir = tempfile::tempdir()?;
    Queue::read(&context.tree)?.apply_apart(&source.tarball, &BTreeSet::new(), dir.path())
}

/// Brings the patched source to `dir/source`.
pub fn prepare(context: &Context, source: &QemuSource, dir: &Path) -> Result<PathBuf> {
    let place = dir.join("source");
    unpack(source, &place, &dir.join("unpacked"), &dir.join("patched"))?;
    patch(
        &Queue::read(&context.tree)?,
        &source.tarball,
        &place,
        &dir.join("patched"),
    )?;
    Ok(place)
}

/// Unpacks the tarball, unless `stamp` says that this was done.
fn unpack(source: &QemuSource, place: &Path, stamp: &Path, patched: &Path) -> Result<()> {
    if fs::read_to_string(stamp).is_ok_and(|done| done == source.sha256) {
        return Ok(());
    }
    let task = Task::start(format!("unpacking QEMU {}", source.version), Unit::None, 0);
    // The patches will have to be applied again.
    remove_file(patched)?;
    remove_dir(place)?;
    create_dir(place)?;
    let mut tar = Command::new("tar");
    tar.args(["-x", "--strip-components=1", "-f"])
        .arg(&source.tarball)
        .arg("-C")
        .arg(place);
    run(&mut tar).with_context(|| format!("unpacking {}", source.tarball.display()))?;
    write_whole(stamp, source.sha256.as_bytes())?;
    task.done();
    Ok(())
}

/// Brings the patched files up to date. `stamp` holds the key of the queue that
/// was applied last and the files that it touched, one a line, added ones with a `+`.
fn patch(queue: &Queue, tarball: &Path, place: &Path, stamp: &Path) -> Result<()> {
    let before = fs::read_to_string(stamp).unwrap_or_default();
    let (key_before, files_before) = before.split_once('\n').unwrap_or_default();
    let key = queue.key()?.to_string();
    if key_before == key {
        return Ok(());
    }
    let task = Task::start("patching QEMU", Unit::None, 0);
    let touched = queue.touched();
    let changed = touched.changed.iter().map(|name| format!("{name}\n"));
    let added = touched.added.iter().map(|name| format!("+{name}\n"));
    let listed: String = changed.chain(added).collect();
    let mut files: BTreeSet<String> = touched.changed.union(&touched.added).cloned().collect();
    // Files that only the last queue changed return to what the tarball has.
    let (added_before, changed_before): (BTreeSet<_>, BTreeSet<_>) = files_before
        .lines()
        .map(String::from)
        .partition(|name| name.starts_with('+'));
    let apart = tempfile::tempdir()?;
    queue.apply_apart(tarball, &changed_before, apart.path())?;
    files.extend(changed_before);
    files.extend(added_before.iter().map(|name| name[1..].to_string()));
    for name in files {
        let (from, to) = (apart.path().join(&name), place.join(&name));
        if from.exists() {
            copy_if_changed(&from, &to)?;
        } else {
            remove_file(&to)?;
        }
    }
    write_whole(stamp, format!("{key}\n{listed}").as_bytes())?;
    task.done();
    Ok(())
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
    let machine = tree.path("qemu-machine");
    let Some(folder) = overlay.from.strip_suffix("/*.[ch]") else {
        return Ok(vec![(
            machine.join(&overlay.from),
            PathBuf::from(&overlay.to),
        )]);
    };
    let folder = machine.join(folder);
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

/// Copies our files over the source.
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

#[cfg(test)]
#[path = "source_tree_tests.rs"]
mod tests;
