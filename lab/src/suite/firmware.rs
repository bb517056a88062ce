//! The builds of the firmware a suite runs with.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::case::Firmware;
use crate::symbols::{Elf, ElfError, LibraryElfs};

/// Firmware files by build, each read once, when the first case needs it; and the symbols of
/// the libraries that it may load.
#[derive(Debug, Default)]
pub struct FirmwareSet {
    files: BTreeMap<Firmware, (PathBuf, OnceLock<Result<Elf, ElfError>>)>,
    libraries: LibraryElfs,
}

impl FirmwareSet {
    /// The given files.
    pub fn new(files: impl IntoIterator<Item = (Firmware, PathBuf)>) -> Self {
        let files = files
            .into_iter()
            .map(|(build, path)| (build, (path, OnceLock::new())));
        Self {
            files: files.collect(),
            libraries: LibraryElfs::default(),
        }
    }

    /// The same with the symbols of libraries.
    #[must_use]
    pub fn with_libraries(self, libraries: LibraryElfs) -> Self {
        Self { libraries, ..self }
    }

    /// The symbols of libraries.
    pub fn libraries(&self) -> &LibraryElfs {
        &self.libraries
    }

    /// The file of a build, or why there is none.
    pub fn get(&self, build: Firmware) -> Result<&Elf, String> {
        let Some((path, elf)) = self.files.get(&build) else {
            return Err(format!(
                "no `{0}` firmware was given (--firmware {0}=ELF)",
                build.name()
            ));
        };
        elf.get_or_init(|| Elf::open(path))
            .as_ref()
            .map_err(ElfError::to_string)
    }
}
