//! Whether linking did what it should, and nothing else.

use super::World;
use super::memory::firmware;
use crate::catalogue::{ImageId, LibraryId};
use crate::format::WORD;
use crate::fuzz::oracle::Image;
use crate::link;

impl World {
    /// Compares each word of a library with what came: sites have the values that
    /// the list and the model say, all others are as they were. What an image that
    /// is not bound has for its imports is of no interest: it is bound before it
    /// is copied.
    pub(super) fn check_linked(&mut self, id: LibraryId) {
        let stored = &self.memory.store[&id];
        let mut expected = stored.original.clone();
        let images = self.model.libraries[&id].judged.images.iter();
        for (index, image) in (0..).zip(images) {
            let id = ImageId {
                library: id,
                image: index,
            };
            let base = self.catalogue.placement(id).expect("it is loaded").base();
            for site in &image.sites {
                let place = place(image, site & 0x3_FFFF);
                expected[place] = match site >> 18 {
                    0 => expected[place].wrapping_add(base),
                    import => {
                        let address = self.address(id, import as usize - 1);
                        address.unwrap_or(stored.words[place])
                    }
                };
            }
        }
        assert!(stored.words == expected, "linking changed something else");
        self.check_restore(id);
    }

    /// The address that an import is bound to, `None` for none.
    fn address(&self, id: ImageId, import: usize) -> Option<u32> {
        let bound = self.model.bound.get(&id)?;
        let (name, addend) = &self.model.image(id).imports[import];
        let address = firmware(name).or_else(|| {
            bound.iter().find_map(|dependency| {
                let mut exports = self.model.image(*dependency).exports.iter();
                let (_, offset) = exports.find(|(other, _)| other == name)?;
                let base = self.catalogue.placement(*dependency)?.base();
                Some(base + offset)
            })
        });
        Some(address.expect("it is bound").wrapping_add(*addend))
    }

    /// A library in the store is known again, and any change of it found.
    fn check_restore(&mut self, id: LibraryId) {
        let base = |image: u32| {
            let image = image as u8;
            let place = self.catalogue.placement(ImageId { library: id, image });
            place.map(|place| place.base())
        };
        let stored = self.memory.store.get_mut(&id).expect("it is loaded");
        let (manifest, body) = stored.split();
        link::verify_linked(&manifest, body, base).expect("it is what was loaded");
        let words = manifest.images().flat_map(|image| {
            let segments = image.segments().filter(|s| s.file_bytes() > 0);
            segments.map(|s| (s.file_offset(), s.file_words()))
        });
        let words: Vec<_> = words.collect();
        if words.is_empty() || !self.random.once_in(4) {
            return;
        }
        let (start, count) = words[self.random.below(words.len())];
        let place = (start / WORD) as usize + self.random.below(count as usize);
        let images = &self.model.libraries[&id].judged.images;
        let imports = images.iter().flat_map(|image| {
            let imports = image.sites.iter().filter(|site| **site >> 18 > 0);
            imports.map(|site| self::place(image, site & 0x3_FFFF))
        });
        let is_import = imports.into_iter().any(|import| import == place);
        let place = place - crate::format::BODY_WORD;
        body[place] ^= 1;
        let found = link::verify_linked(&manifest, body, base).is_err();
        assert_eq!(found, !is_import, "a change was not found");
        body[place] ^= 1;
    }
}

/// Where a word of an image lies in the file.
fn place(image: &Image, word: u32) -> usize {
    let offset = u64::from(word) * 4;
    let holds =
        |s: &&crate::fuzz::oracle::Segment| (s.offset..s.offset + s.file_bytes).contains(&offset);
    let segment = image.segments.iter().find(holds).expect("it was judged");
    ((segment.file + offset - segment.offset) / 4) as usize
}
