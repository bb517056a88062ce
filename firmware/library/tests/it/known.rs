//! What is remembered of a manifest.

use acelab_library::format::MANIFEST_WORDS;
use acelab_library::fuzz::sample::{self, ABI};
use acelab_library::write::Layout;
use acelab_library::{LoadError, Manifest, format};
use proptest::prelude::*;

use crate::reading::words;

#[test]
fn what_was_parsed_is_read_without_another_check() {
    let library = sample::auxiliary("CURVES", "curve", &[]);
    let mut file = words(&library);
    let known = Manifest::parse(&file, ABI).unwrap().known();
    let layout = Layout::read(&file).unwrap();
    let export = |file: &[u32]| {
        let image = known.open(file).unwrap().image(0).unwrap();
        image.export(0).unwrap().offset
    };
    assert_eq!(export(&file), 16);
    // A rule that is broken now is not looked at.
    file[layout.words("image[0].export[0].offset").unwrap().start] = 0x9000;
    assert!(Manifest::parse(&file, ABI).is_err());
    assert_eq!(export(&file), 0x9000);
}

#[test]
fn another_manifest_is_not_taken_for_it() {
    let file = words(&sample::library());
    let known = Manifest::parse(&file, ABI).unwrap().known();
    let mut other = sample::library();
    other.build_id[0] ^= 1;
    let refused = |words: &[u32]| known.open(words).unwrap_err();
    assert_eq!(refused(&words(&other)), LoadError::ManifestChecksum);
    assert_eq!(refused(&file[..MANIFEST_WORDS - 1]), LoadError::Truncated);
    let blank = vec![0; MANIFEST_WORDS];
    assert!(matches!(refused(&blank), LoadError::Magic { word: 0, .. }));
    other.abi.version += 1;
    let version = LoadError::AbiVersion(other.abi.version);
    assert_eq!(refused(&words(&other)), version);
}

/// Reads all that a manifest has.
fn read(manifest: Manifest<'_>) {
    let _ = (manifest.name(), manifest.version(), manifest.signature());
    for module in manifest.modules() {
        let _ = (
            module.name(),
            module.kind(),
            module.entry(),
            module.inputs(),
        );
        let _ = manifest.auxiliary(module.image());
    }
    for image in manifest.images() {
        let _ = (image.pages(), image.sites_offset(), image.sites_digest());
        let segments = image.segments();
        let _ = segments.fold(0, |sum: u32, s| {
            sum.wrapping_add(s.pages() ^ s.file_words())
        });
        let _ = image.imports().count() + image.exports().count();
        let _ = image.dependencies().count();
    }
}

proptest! {
    /// What was checked can be relied on, but nothing breaks where that is not so.
    #[test]
    fn words_that_have_changed_do_no_harm(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u32>()), 1..6),
        keep_small in any::<bool>(),
    ) {
        let mut file = words(&sample::dependent("sine", &["BASE"]));
        let known = Manifest::parse(&file, ABI).unwrap().known();
        let digest = Layout::read(&file).unwrap().words("digest").unwrap();
        let start = format::MANIFEST_OFFSET as usize / 4;
        for (place, value) in changes {
            let place = start + place.index(digest.start - start);
            file[place] = if keep_small { value % 300 } else { value };
        }
        if let Ok(manifest) = known.open(&file) {
            read(manifest);
        }
    }
}
