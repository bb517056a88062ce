//! What the files of libraries have in them, for whoever reads cases.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;

use acelab_library::write::Layout;

use super::{LibraryError, folder, modules, patch, read};
use crate::case::PatchValue;

/// The folder of the libraries, if there is one: without it, what a case says of their files
/// is believed until it runs.
#[derive(Debug, Default)]
pub struct Shelf {
    folder: Option<PathBuf>,
    read: RefCell<BTreeMap<String, Rc<Contents>>>,
}

/// What a library's file has, as it was built.
#[derive(Debug)]
pub struct Contents {
    /// Names of its modules, in upper case.
    pub modules: Vec<String>,
    layout: Layout,
}

impl Shelf {
    /// That of the environment.
    pub fn of_environment() -> Self {
        Self {
            folder: folder(),
            ..Self::default()
        }
    }

    /// The folder with this path.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: Some(folder.into()),
            ..Self::default()
        }
    }

    /// The contents of a library; `None` without a folder.
    pub fn contents(&self, name: &str) -> Result<Option<Rc<Contents>>, LibraryError> {
        let Some(folder) = &self.folder else {
            return Ok(None);
        };
        if let Some(contents) = self.read.borrow().get(name) {
            return Ok(Some(contents.clone()));
        }
        let bytes = read(folder, name)?;
        let layout =
            patch::layout(&bytes).map_err(|error| LibraryError::Invalid(name.to_owned(), error))?;
        let modules = modules(&layout, &bytes);
        let contents = Rc::new(Contents { modules, layout });
        let mut read = self.read.borrow_mut();
        read.insert(name.to_owned(), contents.clone());
        Ok(Some(contents))
    }
}

impl Contents {
    /// Whether the file has a field of this name; if not, why, with advice.
    pub fn field(&self, name: &str) -> Result<(), String> {
        patch::place(&self.layout, name).map(|_| ())
    }

    /// Whether a field can have this value; if not, why.
    pub fn value(&self, name: &str, value: &PatchValue) -> Result<(), String> {
        patch::bytes(&self.layout, name, value).map(|_| ())
    }
}
