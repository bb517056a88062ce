//! Library files on the host's side: found, changed as a case says, and sent.

mod patch;
mod shelf;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::{Path, PathBuf};
use std::{env, fs};

use acelab_abi::manifest::TABLE_BYTES;
use acelab_library::error::LoadError;
use acelab_library::format::Abi;
use acelab_library::write::{Layout, to_words};

use crate::case::diagnostic::{HELP, suggest};
use crate::case::{Library, LibrarySource};

pub use shelf::{Contents, Shelf};

/// The folder of the libraries: `NAME.acelib`, and `NAME.elf` for symbols.
const FOLDER: &str = "ACELAB_LIBRARIES";

/// Why there is no file to send.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// The environment names no folder.
    #[error("{FOLDER} is not set; `cargo xtask lab` builds the libraries and sets it")]
    NoFolder,
    /// Nobody has built a library with this name.
    #[error("there is no library `{name}`; {help}")]
    Unknown {
        /// The name.
        name: String,
        /// What there is.
        help: String,
    },
    /// The file cannot be read.
    #[error("library `{name}`: {error}")]
    Unreadable {
        /// Its name.
        name: String,
        /// Why.
        error: std::io::Error,
    },
    /// The file is no library.
    #[error("the file of library `{0}` is no library: {1}")]
    Invalid(String, LoadError),
    /// A patched field is not there, or has no room for the value.
    #[error("library `{name}`: {reason}")]
    Patch {
        /// Its name.
        name: String,
        /// What is wrong.
        reason: String,
    },
}

/// A library as the host sends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What is sent.
    pub bytes: Vec<u8>,
    /// Names of its modules, in the order of their numbers, before anything was changed.
    pub modules: Vec<String>,
}

/// The folder of the libraries, if the environment names one.
pub(crate) fn folder() -> Option<PathBuf> {
    env::var_os(FOLDER).map(PathBuf::from)
}

/// Reads the file of a library in a folder.
fn read(folder: &Path, name: &str) -> Result<Vec<u8>, LibraryError> {
    let path = folder.join(format!("{name}.acelib"));
    if !path.exists() {
        let names = known(folder);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        return Err(LibraryError::Unknown {
            name: name.to_owned(),
            help: suggest(name, &names),
        });
    }
    fs::read(path).map_err(|error| LibraryError::Unreadable {
        name: name.to_owned(),
        error,
    })
}

impl File {
    /// Reads a file and changes it as `source` says.
    pub fn open(source: &LibrarySource) -> Result<Self, LibraryError> {
        let folder = folder().ok_or(LibraryError::NoFolder)?;
        Self::of_bytes(source, read(&folder, &source.file)?)
    }

    fn of_bytes(source: &LibrarySource, mut bytes: Vec<u8>) -> Result<Self, LibraryError> {
        let name = &source.file;
        let layout =
            patch::layout(&bytes).map_err(|error| LibraryError::Invalid(name.clone(), error))?;
        let modules = modules(&layout, &bytes);
        patch::apply(source, &layout, &mut bytes).map_err(|reason| LibraryError::Patch {
            name: name.clone(),
            reason: reason.replacen(HELP, "; ", 1),
        })?;
        if let Some(end) = source.truncate {
            bytes.truncate(end as usize);
        }
        Ok(Self { bytes, modules })
    }
}

/// The libraries in a folder, in the order of their names.
fn known(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| {
        let name = entry.file_name().into_string().ok()?;
        Some(name.strip_suffix(".acelib")?.to_owned())
    });
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// What a library was built for; version 0 if it is none.
pub fn abi_of(bytes: &[u8]) -> Abi {
    let words = to_words(bytes);
    let field = Layout::read(&words)
        .ok()
        .and_then(|layout| layout.words("extension.abi"));
    let version = field.and_then(|field| words.get(field.start)).copied();
    Abi {
        version: version.unwrap_or(0),
        table_bytes: TABLE_BYTES,
    }
}

/// The names of the modules in a file.
fn modules(layout: &Layout, bytes: &[u8]) -> Vec<String> {
    let name = |index: usize| {
        let field = layout.bytes(&format!("module[{index}].name"))?;
        let name = String::from_utf8_lossy(bytes.get(field)?);
        Some(name.trim_end_matches('\0').to_ascii_uppercase())
    };
    (0..).map_while(name).collect()
}

/// Files of a case, each read when it is first asked for.
#[derive(Debug, Default)]
pub struct Files(BTreeMap<u8, File>);

impl Files {
    /// The file of one of the case's libraries.
    pub fn get(&mut self, library: &Library) -> Result<&File, LibraryError> {
        Ok(match self.0.entry(library.id) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(room) => room.insert(File::open(&library.source)?),
        })
    }

    /// A file that was asked for before.
    pub fn known(&self, id: u8) -> Option<&File> {
        self.0.get(&id)
    }
}
