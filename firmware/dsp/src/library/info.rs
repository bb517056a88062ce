//! What the host may know of libraries.

use acelab_ipc4::{LibraryInfo, ModuleWords};
use acelab_library::Manifest;
use acelab_library::catalogue::LibraryId;

use super::Libraries;
use crate::background;

impl Libraries {
    /// The library with this id.
    pub fn info(&self, id: u32) -> Option<LibraryInfo> {
        let manifest = self.manifest(id)?;
        Some(LibraryInfo {
            name: manifest.name().words(),
            version: manifest.version(),
            modules: manifest.module_count(),
        })
    }

    /// The entry of a library's module.
    pub fn module(&self, id: u32, index: u32) -> Option<ModuleWords> {
        background::pause();
        let module = self.manifest(id)?.module(index)?;
        module.entry().try_into().ok()
    }

    pub(super) fn manifest(&self, id: u32) -> Option<Manifest<'_>> {
        let store = self.catalogue.library(LibraryId::new(id).ok()?)?;
        store.manifest(self.memory.file(store.pages)).ok()
    }
}
