//! Snapshot files in the form of `insta`, so that `cargo insta review` reviews them.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use crate::case::Case;

/// What happens to a snapshot that does not match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// It is written as pending (`.snap.new`), for `cargo insta review`.
    Pending,
    /// It is written at once.
    Accept,
    /// Nothing is written.
    Keep,
}

impl Policy {
    /// What `--update`, `INSTA_UPDATE` and `CI` ask for, in this order.
    pub fn from_environment(update: bool) -> Self {
        let set = |name: &str| env::var(name).ok();
        match (update, set("INSTA_UPDATE").as_deref(), set("CI").as_deref()) {
            (true, ..) | (_, Some("always"), _) => Self::Accept,
            (_, Some("no"), _) => Self::Keep,
            (_, Some("new"), _) => Self::Pending,
            (_, _, Some(ci)) if !["", "0", "false"].contains(&ci) => Self::Keep,
            _ => Self::Pending,
        }
    }
}

/// How a run compares with its snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// They are the same, or the run was accepted.
    Same,
    /// They differ.
    Different {
        /// The reviewed text; nothing if there is none yet.
        old: Option<String>,
        /// What came.
        new: String,
    },
}

/// The folder of snapshots.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
    policy: Policy,
}

impl Store {
    /// Snapshots in `folder`.
    pub fn new(folder: PathBuf, policy: Policy) -> Self {
        Self { folder, policy }
    }

    /// Where a case's snapshot is kept.
    pub fn path(&self, case: &Case) -> PathBuf {
        self.folder.join(format!("{}.snap", case.id.file_stem()))
    }

    /// Compares `text` with the reviewed snapshot and keeps files as the policy says.
    pub fn compare(&self, case: &Case, text: &str) -> io::Result<Comparison> {
        let path = self.path(case);
        let pending = path.with_extension("snap.new");
        let old = match fs::read_to_string(&path) {
            Ok(file) => Some(contents(&file).to_owned()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        if old.as_deref() == Some(text.trim_end()) {
            remove(&pending)?;
            return Ok(Comparison::Same);
        }
        match self.policy {
            Policy::Keep => {}
            Policy::Pending => write(&pending, case, text)?,
            Policy::Accept => {
                write(&path, case, text)?;
                remove(&pending)?;
                return Ok(Comparison::Same);
            }
        }
        Ok(Comparison::Different {
            old,
            new: text.trim_end().to_owned(),
        })
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn write(path: &Path, case: &Case, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let summary = serde_yaml::to_string(&case.summary).map_err(io::Error::other)?;
    let file = case.id.file.as_str();
    let head = format!(
        "---\nsource: cases/{file}.yaml\ndescription: {}\n---\n",
        summary.trim_end()
    );
    fs::write(path, format!("{head}{}\n", text.trim_end()))
}

/// The text behind the head of a snapshot file.
fn contents(file: &str) -> &str {
    let body = file
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"));
    body.map_or(file, |(_, body)| body).trim_end()
}
