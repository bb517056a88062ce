//! The ELF files of libraries, found by what the loaded file says of its build.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::elf::Elf;
use crate::library;

/// The ELF files in a folder; they are read when one is first asked for.
#[derive(Debug, Default)]
pub struct LibraryElfs {
    folder: Option<PathBuf>,
    files: OnceLock<Vec<Elf>>,
}

impl LibraryElfs {
    /// Those of a folder.
    pub fn of(folder: &Path) -> Self {
        Self {
            folder: Some(folder.to_owned()),
            ..Self::default()
        }
    }

    /// Those of the folder that the environment names, if it does.
    pub fn of_environment() -> Self {
        Self {
            folder: library::folder(),
            ..Self::default()
        }
    }

    /// The file whose build id begins with these bytes. One that is missing, or
    /// cannot be read, is none: without it there is less to say, but no error.
    pub fn find(&self, build: &[u8]) -> Option<&Elf> {
        let files = self.files.get_or_init(|| self.read());
        let of_build = |elf: &&Elf| {
            let id = elf.build_id.as_deref();
            id.is_some_and(|id| id.starts_with(build))
        };
        files.iter().find(of_build)
    }

    fn read(&self) -> Vec<Elf> {
        let entries = self
            .folder
            .iter()
            .filter_map(|path| fs::read_dir(path).ok());
        let paths = entries.flatten().flatten().map(|entry| entry.path());
        let is_elf = |path: &PathBuf| path.extension().is_some_and(|end| end == "elf");
        let mut paths: Vec<_> = paths.filter(is_elf).collect();
        // Of two files of one build, the same one is found every time.
        paths.sort();
        let files = paths.iter().filter_map(|path| Elf::open(path).ok());
        files.collect()
    }
}
