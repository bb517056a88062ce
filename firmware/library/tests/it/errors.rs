//! Each thing that can be wrong with a file has its error, with the digests of
//! the file as right as those of a good one.

use acelab_abi::ipc4::status::Status;
use acelab_library::catalogue::{Catalogue, ImageId, LibraryId};
use acelab_library::format::{BODY_WORD, MANIFEST_WORDS};
use acelab_library::fuzz::sample::{self, ABI};
use acelab_library::link;
use acelab_library::manifest::Unsigned;
use acelab_library::parts::Parts;
use acelab_library::write::{Layout, Library};
use acelab_library::{LoadError, Manifest};

use crate::reading::words;

/// All that a loader does before it binds imports.
fn load(file: &[u32]) -> Result<(), LoadError> {
    let mut catalogue = Catalogue::new();
    let id = catalogue.admit(1)?;
    let manifest = Manifest::parse(file.get(..MANIFEST_WORDS).unwrap_or(file), ABI)?;
    manifest.authenticate(file, &Unsigned)?;
    let _kept = catalogue.reserve(id, &manifest)?;
    let mut parts = Parts::new(&manifest);
    parts.feed(file)?;
    parts.finish()?;
    let mut copy = file.to_vec();
    let (_, body) = copy.split_at_mut(BODY_WORD);
    for image in manifest.images() {
        let id = ImageId {
            library: id,
            image: image.index() as u8,
        };
        let place = catalogue.placement(id).unwrap();
        link::relocate(&image, body, place.base())?;
    }
    Ok(())
}

/// The text of the error of a library with some words set, digests mended.
fn patched(library: &Library, patches: &[(&str, u32)]) -> String {
    let mut file = words(library);
    let layout = Layout::read(&file).unwrap();
    for (field, value) in patches {
        let place = layout.words(field).unwrap_or_else(|| panic!("{field}"));
        file[place.start] = *value;
    }
    layout.seal(&mut file);
    match load(&file) {
        Ok(()) => "taken".into(),
        Err(error) => {
            assert_eq!(error.status(), Status::Failure);
            error.to_string()
        }
    }
}

/// A library of two images, the first one for a module, the second auxiliary.
fn two() -> Library {
    let mut library = sample::library();
    let auxiliary = sample::auxiliary("CURVES", "curve", &[]);
    library.modules.extend(auxiliary.modules);
    library.modules[1].image = 1;
    library.images.extend(auxiliary.images);
    library.images[0].dependencies = vec!["CURVES".into()];
    library
}

#[test]
fn each_field_has_its_errors() {
    let library = two();
    assert_eq!(patched(&library, &[]), "taken");
    let wrong = [
        ("header.magic", 7, "no $AM1 header: found 0x7"),
        ("header.length", 56, "a header of 56 bytes"),
        ("header.name", 0, "bad name of $AM1 header"),
        ("header.pages", 0, "Invalid preload page count 0."),
        ("header.pages", 9, "Invalid preload page count 9."),
        (
            "header.pages",
            0x10_0000,
            "Invalid preload page count 1048576.",
        ),
        ("header.pages", 502, "too large: 502 pages"),
        ("header.pages", 513, "too large: 513 pages"),
        ("header.pages", 10, "the file is truncated"),
        ("header.modules", 0, "wrong number of modules: 0"),
        ("header.modules", 33, "wrong number of modules: 33"),
        ("extension.magic", 1, "no $ALX extension: found 0x1"),
        ("extension.format", 2, "unknown format version 2"),
        (
            "extension.abi",
            0x2_0000,
            "Unsupported module API version 0x20000",
        ),
        ("extension.images", 0, "wrong number of images: 0"),
        ("extension.images", 9, "wrong number of images: 9"),
        ("extension.segments", 33, "wrong number of segments: 33"),
        (
            "extension.names",
            60_000,
            "wrong number of words of names: 60000",
        ),
        ("extension.length", 4, "a manifest of 4 bytes"),
        (
            "extension.signature_kind",
            1,
            "Untrusted library! signature kind 1",
        ),
        ("image[0].segments", 0, "wrong number of segments: 0"),
        ("image[0].segments", 2, "wrong number of segments: 6"),
        ("image[0].imports", 0, "wrong number of imports: 2"),
        ("image[1].exports", 0, "wrong number of exports: 1"),
        (
            "image[1].dependencies",
            1,
            "wrong number of dependencies: 1",
        ),
        (
            "image[0].dependency[0]",
            0,
            "bad name of dependency of image 0",
        ),
        (
            "image[0].span",
            0x4000,
            "image 0: its pages are not those of its segments",
        ),
        (
            "image[0].sites_offset",
            0xA000,
            "image 0: its sites do not lie behind its segments",
        ),
        ("image[0].sites", 0x1000, "wrong number of sites: 4096"),
        (
            "image[0].import[0].length",
            0,
            "bad name of import of image 0",
        ),
        (
            "image[0].import[0].name",
            99,
            "bad name of import of image 0",
        ),
        (
            "image[1].export[0].length",
            65,
            "bad name of export of image 1",
        ),
        (
            "image[1].export[0].offset",
            0x3000,
            "image 1: an export outside of its segments",
        ),
        (
            "image[0].segment[0].rights",
            7,
            "segment 0 of image 0: both writable and executable",
        ),
        (
            "image[0].segment[2].rights",
            6,
            "segment 2 of image 0: both writable and executable",
        ),
        (
            "image[0].segment[1].rights",
            0,
            "segment 1 of image 0: unknown rights",
        ),
        (
            "image[0].segment[1].offset",
            0x1004,
            "segment 1 of image 0: not on a page boundary",
        ),
        (
            "image[0].segment[1].offset",
            0,
            "segment 1 of image 0: overlaps or is out of order",
        ),
        (
            "image[0].segment[0].memory_bytes",
            0x1001,
            "segment 1 of image 0: overlaps or is out of order",
        ),
        (
            "image[0].segment[0].memory_bytes",
            0,
            "segment 0 of image 0: wrong size",
        ),
        (
            "image[0].segment[2].memory_bytes",
            0xFFFF_FFFC,
            "too large: 1048576 pages",
        ),
        (
            "image[0].segment[0].file_bytes",
            31,
            "segment 0 of image 0: wrong size",
        ),
        (
            "image[0].segment[1].file_offset",
            0xA000,
            "segment 1 of image 0: overlaps or is out of order in the file",
        ),
        (
            "image[0].segment[0].file_offset",
            0,
            "segment 0 of image 0: overlaps or is out of order in the file",
        ),
        (
            "image[1].segment[2].file_offset",
            0xFFFF_F000,
            "the file is truncated",
        ),
        (
            "image[0].segment[0].digest",
            0,
            "module 0: its hash is not that of its text",
        ),
        (
            "image[0].site[1]",
            0,
            "site 1 of image 0: not behind the one before",
        ),
        (
            "image[0].site[6]",
            0x900,
            "site 6 of image 0: outside of every segment",
        ),
        (
            "image[0].site[6]",
            0x804 | 5 << 18,
            "site 6 of image 0: outside of every segment",
        ),
        (
            "image[0].site[0]",
            9 << 18,
            "site 0 of image 0: no such import",
        ),
        (
            "image[0].segment[0].bytes",
            1,
            "site 0 of image 0: the word of an import is not zero",
        ),
        ("module[0].magic", 5, "no $AME entry 0: found 0x5"),
        ("module[0].name", 1, "bad name of $AME entry 0"),
        ("module[0].type", 1, "module 0: unknown load type"),
        ("module[0].type", 2, "module 0: wrong domains"),
        ("module[1].type", 0x23, "module 1: wrong domains"),
        (
            "module[0].hash",
            5,
            "module 0: its hash is not that of its text",
        ),
        (
            "module[0].entry",
            0x1008,
            "module 0: its table is not in one read-only segment",
        ),
        (
            "module[0].entry",
            0x2000,
            "module 0: its table is not in one read-only segment",
        ),
        (
            "module[0].entry",
            0x1001,
            "module 0: its table is not in one read-only segment",
        ),
        ("module[0].affinity", 0, "module 0: runs on no core"),
        ("module[0].affinity", 0x20, "module 0: runs on no core"),
        (
            "module[0].instances",
            0x1_0000,
            "module 0: may have no instances",
        ),
        (
            "module[0].segments",
            4,
            "module 0: its segments are not those of its image",
        ),
        ("module[0].image", 2, "module 0: no such image"),
        (
            "module[0].image",
            1,
            "module 0: its segments are not those of its image",
        ),
        ("module[0].pins", 9, "module 0: too many pins"),
        (
            "module[0].stack",
            0x1_0001,
            "module 0: needs too much memory",
        ),
        (
            "module[0].heap",
            0x10_0001,
            "module 0: needs too much memory",
        ),
    ];
    for (field, value, text) in wrong {
        // What is sealed cannot be patched.
        if field.ends_with("hash") || field.ends_with("digest") {
            continue;
        }
        assert_eq!(patched(&library, &[(field, value)]), text, "{field}");
    }
}

#[test]
fn digests_are_compared() {
    let cases = [
        (
            "image[0].segment[1].bytes",
            "wrong checksum of segment 1 of image 0",
        ),
        ("image[1].site", "wrong checksum of sites of image 1"),
        ("module[0].kind", "wrong checksum of the manifest"),
        ("digest", "wrong checksum of the manifest"),
    ];
    let file = words(&two());
    let layout = Layout::read(&file).unwrap();
    for (field, text) in cases {
        let mut file = file.clone();
        file[layout.words(field).unwrap().start] ^= 0x100;
        assert_eq!(load(&file).unwrap_err().to_string(), text);
    }
    let mut file = file.clone();
    file[layout.words("module[0].hash").unwrap().start] ^= 1;
    layout.seal_manifest(&mut file);
    let error = load(&file).unwrap_err();
    assert_eq!(
        error.to_string(),
        "module 0: its hash is not that of its text"
    );
}

#[test]
fn modules_must_differ() {
    let mut library = two();
    library.modules[1].name = "GAIN".into();
    let text = |library: &Library| library.to_bytes().unwrap_err().to_string();
    let duplicate = "no loader takes it: module 1: same name or UUID as another one";
    assert_eq!(text(&library), duplicate);
    let mut library = two();
    library.modules[1].uuid = library.modules[0].uuid;
    assert_eq!(text(&library), duplicate);
    let mut library = two();
    library.modules[1].image = 0;
    let shared = "no loader takes it: module 1: an auxiliary module shares its image";
    assert_eq!(text(&library), shared);
}

#[test]
fn an_image_that_no_module_has_is_refused() {
    let mut library = sample::library();
    library.images.push(sample::image());
    let text = library.to_bytes().unwrap_err().to_string();
    assert_eq!(text, "no loader takes it: image 1: no module belongs to it");
}

#[test]
fn the_first_page_count_is_what_a_short_file_is_judged_by() {
    let file = words(&sample::library());
    assert_eq!(load(&file[..9000]), Err(LoadError::Truncated));
    assert_eq!(load(&[]), Err(LoadError::Truncated));
}

#[test]
fn ids_are_1_to_15() {
    for id in [0, 16, u32::MAX] {
        let error = LibraryId::new(id).unwrap_err();
        assert_eq!(error.status(), Status::InvalidParam);
        assert_eq!(error.to_string(), format!("invalid lib_id: {id}"));
    }
    assert_eq!(LibraryId::new(15).unwrap().number(), 15);
    assert_eq!(LibraryId::of_module(0x3007).unwrap().number(), 3);
    assert_eq!(LibraryId::of_module(7), None);
}
