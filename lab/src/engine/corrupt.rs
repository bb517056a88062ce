//! Damage in the store of libraries between two boots.

use acelab_abi::memory::{LIBRARY_STORE, PAGE_SIZE};
use acelab_library::catalogue::Directory;
use acelab_library::write::{Layout, to_words};

use super::runner::{Halt, Runner};
use crate::case::Corrupt;
use crate::host::HostError;
use crate::target::Space;

impl Runner<'_> {
    /// Changes one bit of the store.
    pub(super) fn corrupt(&mut self, step: &Corrupt) -> Result<(), Halt> {
        let place = match step.library {
            None => Ok(LIBRARY_STORE.base),
            Some(id) => self.place_in_store(id, step.field.as_deref())?,
        };
        let place = match place {
            Ok(place) => place + step.word * 4,
            Err(came) => {
                self.fail("corrupt", "a place in the store", came);
                return Err(Halt::Failed);
            }
        };
        let what = match (step.library, &step.field) {
            (None, _) => "of the directory".to_owned(),
            (Some(id), None) => format!("of the file of library {id}"),
            (Some(id), Some(field)) => format!("of {field} of library {id}"),
        };
        self.host
            .note(format!("a bit is changed in word {} {what}", step.word));
        let target = self.host.target();
        let changed = target.read(Space::Dsp, place, 4).and_then(|mut bytes| {
            bytes[0] ^= 1;
            target.write(Space::Dsp, place, &bytes)
        });
        let changed = changed.map_err(HostError::from);
        self.tried("corrupt", "the store can be changed", changed)
    }

    /// The address of a field of a library's file, or why there is none.
    fn place_in_store(&mut self, id: u8, field: Option<&str>) -> Result<Result<u32, String>, Halt> {
        let read = self
            .host
            .target()
            .read(Space::Dsp, LIBRARY_STORE.base, PAGE_SIZE)
            .map_err(HostError::from);
        let page = match read {
            Ok(bytes) => to_words(&bytes),
            Err(error) => return Err(Halt::Target(error)),
        };
        let directory = Directory::read(&page);
        let entry = directory.and_then(|directory| {
            let mut entries = directory.entries();
            entries.find(|entry| entry.id().number() == id)
        });
        let Some(entry) = entry else {
            return Ok(Err(format!("no library {id} in the directory")));
        };
        let file = LIBRARY_STORE.base + entry.store().start * PAGE_SIZE;
        let Some(field) = field else {
            return Ok(Ok(file));
        };
        // Linking moves no field.
        let intact = self.library_file(u32::from(id)).map(to_words);
        let layout = intact.and_then(|words| Layout::read(&words).ok());
        let words = layout.and_then(|layout| layout.words(field));
        Ok(match words {
            Some(words) => Ok(file + words.start as u32 * 4),
            None => Err(format!("no field `{field}` in library {id}")),
        })
    }
}
