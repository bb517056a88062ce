//! Words of a linked image.

use acelab_library::Manifest;
use acelab_library::format::{BODY_WORD, PAGE_WORDS};
use acelab_library::fuzz::sample::{self, ABI};
use acelab_library::link::{self, Addresses};

use crate::reading::words;

const BASE: u32 = 0x6005_0000;

#[test]
fn relocations_and_imports_are_set_and_nothing_else() {
    let mut library = sample::library();
    library.images[0].imports[0].addend = 4;
    let mut file = words(&library);
    let (head, body) = file.split_at_mut(BODY_WORD);
    let before = body.to_vec();
    let manifest = Manifest::parse(head, ABI).unwrap();
    let image = manifest.image(0).unwrap();
    link::relocate(&image, body, BASE).unwrap();
    assert_eq!(body[..4], [0, BASE + 0x1000, BASE + 0x2000, 0]);
    let mut addresses = Addresses::new();
    for address in [0xA010_0000, 0xA010_1000] {
        addresses.resolve(&image, |_| Some(address)).unwrap();
        link::bind(&image, body, &addresses).unwrap();
        let text = [address + 4, BASE + 0x1000, BASE + 0x2000, address + 4, 5];
        assert_eq!(body[..5], text);
    }
    assert_eq!(body[PAGE_WORDS + 2], BASE + 0x10);
    assert_eq!(body[2 * PAGE_WORDS + 3], BASE + 0x1004);
    let differs = |(one, two): (&u32, &u32)| one != two;
    assert_eq!(before.iter().zip(&*body).filter(|p| differs(*p)).count(), 7);
    link::verify_linked(&manifest, body, |_| Some(BASE)).unwrap();
    assert!(link::verify_linked(&manifest, body, |_| Some(BASE + 4)).is_err());
    assert!(link::verify_linked(&manifest, body, |_| None).is_err());
}

#[test]
fn an_unknown_import_is_named() {
    let file = words(&sample::dependent(
        "a_symbol_of_more_than_twenty_four_bytes",
        &[],
    ));
    let manifest = Manifest::parse(&file, ABI).unwrap();
    let image = manifest.image(0).unwrap();
    let error = Addresses::new().resolve(&image, |_| None).unwrap_err();
    assert_eq!(
        error.to_string(),
        "unknown import a_symbol_of_more_than_tw..."
    );
}

#[test]
fn exports_are_found_by_name() {
    let file = words(&sample::auxiliary("CURVES", "curve", &[]));
    let manifest = Manifest::parse(&file, ABI).unwrap();
    let image = manifest.image(0).unwrap();
    let curve = image.export(0).unwrap().symbol;
    assert_eq!(link::exported(&image, BASE, curve), Some(BASE + 16));
    let memcpy = image.import(0).unwrap().symbol;
    assert_eq!(link::exported(&image, BASE, memcpy), None);
}
