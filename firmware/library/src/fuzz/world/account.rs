//! What became of the files.

use std::collections::BTreeMap;
use std::fmt;

use crate::catalogue::LibraryId;
use crate::error::LoadError;

/// Numbers of files, by outcome.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// Files that were loaded.
    pub loaded: u64,
    /// Sites that were relocated.
    pub sites: u64,
    /// Instances that were made.
    pub instances: u64,
    /// Files that were not loaded, by variant of the error.
    pub errors: BTreeMap<String, u64>,
}

impl Account {
    pub(super) fn count(&mut self, result: &Result<LibraryId, LoadError>) {
        match result {
            Ok(_) => self.loaded += 1,
            Err(error) => *self.errors.entry(variant(error)).or_default() += 1,
        }
    }
}

/// The variant of an error with those of its fault, without numbers.
fn variant(error: &LoadError) -> String {
    let text = format!("{error:?}");
    match error {
        LoadError::Module { fault, .. } => format!("Module {fault:?}"),
        LoadError::Image { fault, .. } => format!("Image {fault:?}"),
        LoadError::Segment { fault, .. } => format!("Segment {fault:?}"),
        LoadError::Site { fault, .. } => format!("Site {fault:?}"),
        LoadError::Count { of, .. } => format!("Count {of:?}"),
        _ => {
            let end = text.find(|c: char| !c.is_alphanumeric());
            text[..end.unwrap_or(text.len())].into()
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{:>9} loaded", self.loaded)?;
        for (error, count) in &self.errors {
            writeln!(out, "{count:>9} {error}")?;
        }
        writeln!(out, "{:>9} sites relocated", self.sites)?;
        write!(out, "{:>9} instances", self.instances)
    }
}
