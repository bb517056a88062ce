//! The cache outside the tree: finished results by content key.
//!
//! ```text
//! store/<kind>-<key>/    finished, never changed after it appeared
//! resolved/<kind>-<key>  which versions were chosen for given inputs
//! work/<kind>-<key>/     reusable scratch space, held under its lock
//! locks/<name>           one lock file per entry
//! ```
//!
//! A result is built in a hidden sibling and renamed into place, so that what
//! is there is whole; a lock file per entry makes a second run wait for the
//! first instead of doing the work twice.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::key::Key;
use crate::progress;

/// The cache folder.
#[derive(Debug, Clone)]
pub struct Store {
    root: PathBuf,
}

/// A held lock; released when dropped, also when the process is killed.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Store {
    /// The cache of this user: ACELAB_CACHE, or `acelab` in the user's cache folder.
    pub fn of_user() -> Result<Store> {
        let var = |name: &str| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let root = match (var("ACELAB_CACHE"), var("XDG_CACHE_HOME"), var("HOME")) {
            (Some(own), _, _) => std::path::absolute(own)?,
            (None, Some(cache), _) if cache.is_absolute() => cache.join("acelab"),
            (None, _, Some(home)) => home.join(".cache/acelab"),
            _ => {
                bail!("no cache folder: set ACELAB_CACHE (neither XDG_CACHE_HOME nor HOME is set)")
            }
        };
        Ok(Store { root })
    }

    /// A cache at a given place.
    #[cfg(test)]
    pub fn at(root: impl Into<PathBuf>) -> Store {
        Store { root: root.into() }
    }

    /// The cache folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The path an entry has once it is finished.
    pub fn entry(&self, kind: &str, key: &Key) -> PathBuf {
        self.root.join("store").join(format!("{kind}-{key}"))
    }

    /// A finished entry, when it is there.
    pub fn find(&self, kind: &str, key: &Key) -> Option<PathBuf> {
        Some(self.entry(kind, key)).filter(|path| path.exists())
    }

    /// Gives the finished entry; builds it when it is not there.
    ///
    /// `build` gets the empty folder to fill. The folder is moved to
    /// [`Store::entry`] afterwards, so its content must not name its own path.
    pub fn ensure(
        &self,
        kind: &str,
        key: &Key,
        build: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<PathBuf> {
        let place = self.entry(kind, key);
        if place.exists() {
            return Ok(place);
        }
        let _lock = self.lock(&format!("{kind}-{key}"))?;
        if place.exists() {
            return Ok(place);
        }
        let unfinished = place.with_file_name(format!(".{kind}-{key}.unfinished"));
        remove_dir(&unfinished)?;
        create_dir(&unfinished)?;
        if let Err(error) = build(&unfinished) {
            remove_dir(&unfinished)?;
            return Err(error);
        }
        fs::rename(&unfinished, &place)
            .with_context(|| format!("moving a result to {}", place.display()))?;
        Ok(place)
    }

    /// Removes all but the newest finished entries of a kind.
    pub fn prune(&self, kind: &str, keep: usize) -> Result<()> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(self.root.join("store"))? {
            let entry = entry?;
            if entry
                .file_name()
                .to_string_lossy()
                .starts_with(&format!("{kind}-"))
            {
                entries.push((entry.metadata()?.modified()?, entry.path()));
            }
        }
        entries.sort();
        let old = entries.len().saturating_sub(keep);
        entries[..old]
            .iter()
            .try_for_each(|(_, path)| remove_dir(path))
    }

    /// Scratch space that outlives a run; hold its lock while using it.
    pub fn work_dir(&self, kind: &str, key: &Key) -> Result<(PathBuf, Lock)> {
        let lock = self.lock(&format!("work-{kind}-{key}"))?;
        let path = self.root.join("work").join(format!("{kind}-{key}"));
        create_dir(&path)?;
        Ok((path, lock))
    }

    /// Takes a lock, and says so when another run holds it.
    pub fn lock(&self, name: &str) -> Result<Lock> {
        let dir = self.root.join("locks");
        create_dir(&dir)?;
        let path = dir.join(name);
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .with_context(|| format!("opening the lock file {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                progress::note(format!("waiting for another run that holds {name}"));
                file.lock()
                    .with_context(|| format!("locking {}", path.display()))?;
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("locking {}", path.display()));
            }
        }
        Ok(Lock { _file: file })
    }

    /// What was written for a choice, or nothing.
    pub fn resolved(&self, kind: &str, key: &Key) -> Option<String> {
        fs::read_to_string(self.resolved_path(kind, key)).ok()
    }

    /// Writes down a choice; a reader sees the old text or the new one, never a part.
    pub fn write_resolved(&self, kind: &str, key: &Key, text: &str) -> Result<()> {
        write_whole(&self.resolved_path(kind, key), text.as_bytes())
    }

    /// Forgets all choices of a kind.
    pub fn forget_resolved(&self, kind: &str) -> Result<()> {
        let dir = self.root.join("resolved");
        let Ok(entries) = fs::read_dir(&dir) else {
            return Ok(());
        };
        for entry in entries {
            let entry = entry?;
            if entry
                .file_name()
                .to_string_lossy()
                .starts_with(&format!("{kind}-"))
            {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn resolved_path(&self, kind: &str, key: &Key) -> PathBuf {
        self.root
            .join("resolved")
            .join(format!("{kind}-{key}.toml"))
    }
}

/// Writes a file by way of a temporary sibling.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let dir = path.parent().context("a file without a folder")?;
    create_dir(dir)?;
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    std::io::Write::write_all(&mut file, bytes)?;
    file.persist(path)
        .with_context(|| format!("writing {}", path.display()))?;
    Ok(())
}

/// Makes a folder and those above it.
pub fn create_dir(path: &Path) -> Result<()> {
    fs::create_dir_all(path).with_context(|| format!("making the folder {}", path.display()))
}

/// Removes a folder with all in it, when it is there.
pub fn remove_dir(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing the folder {}", path.display()))
        }
        _ => Ok(()),
    }
}

/// Removes a file, when it is there.
pub fn remove_file(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", path.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::key::KeyBuilder;

    fn key() -> Key {
        KeyBuilder::new("test", 1).finish()
    }

    #[test]
    fn racing_builders_do_the_work_once() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::at(dir.path());
        let (built, together) = (AtomicUsize::new(0), Barrier::new(8));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    together.wait();
                    let place = store
                        .ensure("thing", &key(), |to| {
                            built.fetch_add(1, Ordering::SeqCst);
                            fs::write(to.join("content"), "whole")?;
                            Ok(())
                        })
                        .unwrap();
                    assert_eq!(fs::read_to_string(place.join("content")).unwrap(), "whole");
                });
            }
        });
        assert_eq!(built.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_failed_build_leaves_nothing_and_can_be_done_again() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::at(dir.path());
        let failed = store.ensure("thing", &key(), |to| {
            fs::write(to.join("half"), "")?;
            bail!("broken")
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_dir(dir.path().join("store")).unwrap().count(), 0);
        let place = store
            .ensure("thing", &key(), |to| Ok(fs::write(to.join("all"), "")?))
            .unwrap();
        assert!(place.join("all").exists() && !place.join("half").exists());
    }

    #[test]
    fn what_a_killed_run_left_is_not_taken_over() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::at(dir.path());
        let left = dir
            .path()
            .join(format!("store/.thing-{}.unfinished", key()));
        fs::create_dir_all(&left).unwrap();
        fs::write(left.join("half"), "").unwrap();
        let place = store.ensure("thing", &key(), |_| Ok(())).unwrap();
        assert!(!place.join("half").exists());
    }

    #[test]
    fn choices_are_kept_until_they_are_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::at(dir.path());
        assert_eq!(store.resolved("a", &key()), None);
        store.write_resolved("a", &key(), "x = 1").unwrap();
        store.write_resolved("b", &key(), "y = 1").unwrap();
        store.forget_resolved("a").unwrap();
        assert_eq!(store.resolved("a", &key()), None);
        assert_eq!(store.resolved("b", &key()).as_deref(), Some("y = 1"));
    }
}
