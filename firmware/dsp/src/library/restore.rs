//! Libraries that were loaded before a reset.

use acelab_library::catalogue::{Directory, Entry, MAX_LIBRARIES};
use acelab_library::format::BODY_WORD;
use acelab_library::{LoadError, Manifest, link};

use super::place::About;
use super::{ABI, Libraries};
use crate::klog::log;

impl Libraries {
    /// Takes in again what the store has and what is still as it was loaded; at boot.
    pub(super) fn restore(&mut self) {
        let mut restored = 0;
        if self.is_damaged() {
            log!(
                Error,
                "lib_manager",
                "no library is restored: wrong checksum of the directory"
            );
        }
        for index in 0..MAX_LIBRARIES {
            // The page stays as it is until all of it was read.
            let page = self.memory.directory();
            let directory = page.and_then(|page| Directory::read(page));
            let Some(entry) = directory.and_then(|directory| directory.entries().nth(index)) else {
                break;
            };
            match self.restore_library(&entry) {
                Ok(()) => restored += 1,
                Err(error) => {
                    let id = entry.id().number();
                    log!(
                        Error,
                        "lib_manager",
                        "library {id} is not restored: {error}"
                    );
                }
            }
        }
        if restored > 0 {
            log!(Info, "lib_manager", "restored {restored} libraries");
        }
        self.save();
    }

    /// Whether there is a directory that is not what it was.
    fn is_damaged(&mut self) -> bool {
        let page = self.memory.directory();
        page.is_some_and(|page| !Directory::is_blank(page) && Directory::read(page).is_none())
    }

    fn restore_library(&mut self, entry: &Entry) -> Result<(), LoadError> {
        let file = self.memory.file(entry.store());
        let (head, body) = file
            .split_at_checked(BODY_WORD)
            .ok_or(LoadError::Truncated)?;
        let manifest = Manifest::parse(head, ABI)?;
        link::verify_linked(&manifest, body, |image| entry.base(image))?;
        let about = About::of(&manifest);
        let reservation = self.catalogue.reserve_at(entry, &manifest)?;
        self.catalogue.commit(reservation, self.memory)?;
        self.tell_places(entry.id(), about);
        Ok(())
    }

    /// Writes down what is loaded.
    pub(super) fn save(&mut self) {
        if let Some(page) = self.memory.directory() {
            self.catalogue.save(page);
        }
    }
}
