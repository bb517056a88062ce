//! Walking folders in a fixed order.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Folders that hold results, not sources.
const SKIPPED: [&str; 2] = ["target", ".git"];

/// All files below `dir`, relative to it and sorted; build results are left out.
pub fn below(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(folder) = open.pop() {
        let path = dir.join(&folder);
        let entries = std::fs::read_dir(&path)
            .with_context(|| format!("reading the folder {}", path.display()))?;
        for entry in entries {
            let entry = entry?;
            let relative = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                if !SKIPPED.iter().any(|name| entry.file_name() == *name) {
                    open.push(relative);
                }
            } else {
                found.push(relative);
            }
        }
    }
    found.sort();
    Ok(found)
}
