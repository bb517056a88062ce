//! Where images lie, for the log.

use acelab_abi::image_place::{BUILD_BYTES, ImagePlace, MODULE};
use acelab_abi::log::Level;
use acelab_abi::memory::PAGE_SIZE;
use acelab_library::Manifest;
use acelab_library::catalogue::LibraryId;
use acelab_library::format::Name;

use super::Libraries;
use crate::klog;

/// What the log says of a library beside its id.
#[derive(Clone, Copy)]
pub(super) struct About {
    name: Name,
    build: [u8; BUILD_BYTES],
}

impl About {
    /// Of the library with this manifest.
    pub(super) fn of(manifest: &Manifest<'_>) -> Self {
        let mut build = [0; BUILD_BYTES];
        let (words, _) = build.as_chunks_mut::<4>();
        for (bytes, word) in words.iter_mut().zip(manifest.build_id()) {
            *bytes = word.to_le_bytes();
        }
        let name = manifest.name();
        Self { name, build }
    }
}

impl Libraries {
    /// Says where the images of a library lie; without that, nobody could tell what
    /// code an address in the report of a fault belongs to.
    pub(super) fn tell_places(&self, library: LibraryId, about: About) {
        let About { name, build } = about;
        let places = self.catalogue.placements();
        for place in places.filter(|place| place.id.library == library) {
            let start = place.base();
            let line = ImagePlace {
                image: place.id.image.into(),
                library: library.number().into(),
                name,
                start,
                end: start + place.window.pages * PAGE_SIZE,
                build,
            };
            klog::write_line(Level::Info, MODULE, format_args!("{line}"));
        }
    }
}
