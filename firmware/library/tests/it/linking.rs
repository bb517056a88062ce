//! Words of a linked image.

use acelab_library::catalogue::{Catalogue, Domain, ImageId, Images, LibraryId, Placement};
use acelab_library::format::{BODY_WORD, MAX_IMPORTS, PAGE_WORDS, Symbol, WORD};
use acelab_library::fuzz::sample::{self, ABI};
use acelab_library::link::{self, Addresses};
use acelab_library::write::{Export, Import};
use acelab_library::{LoadError, Manifest};

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

/// A module that imports as much as it can from two auxiliary libraries.
#[test]
fn an_image_that_others_import_from_is_opened_once() {
    let mut providers = ["A", "B"].map(|name| sample::auxiliary(name, "", &[]));
    providers
        .iter_mut()
        .for_each(|library| library.images[0].exports.clear());
    let mut dependent = sample::dependent("", &["A", "B"]);
    let image = &mut dependent.images[0];
    image.imports.clear();
    let data = &mut image.segments[2].bytes;
    let first = 0x2000 + data.len() as u32;
    data.extend([0; (MAX_IMPORTS * WORD) as usize]);
    for number in 0..MAX_IMPORTS {
        let symbol = format!("f{number}");
        providers[number as usize % 2].images[0]
            .exports
            .push(Export {
                symbol: symbol.clone(),
                offset: number % 64,
            });
        image.imports.push(Import {
            symbol,
            addend: 0,
            sites: vec![first + WORD * number],
        });
    }
    let mut catalogue = Catalogue::new();
    let mut memory = Opening::default();
    for (id, library) in (1..).zip(providers.iter().chain([&dependent])) {
        memory.files.push(words(library));
        let file = memory.files.last().unwrap();
        let manifest = Manifest::parse(file, ABI).unwrap();
        let reservation = catalogue.reserve(LibraryId::new(id).unwrap(), &manifest);
        catalogue.commit(reservation.unwrap(), &mut memory).unwrap();
    }
    assert_eq!(memory.opened, [1, 2, 3]);
    let base = |library| {
        let library = LibraryId::new(library).unwrap();
        let place = catalogue.placement(ImageId { library, image: 0 });
        place.unwrap().base()
    };
    let (head, body) = memory.files[2].split_at_mut(BODY_WORD);
    let manifest = Manifest::parse(head, ABI).unwrap();
    link::bind(&manifest.image(0).unwrap(), body, &memory.addresses).unwrap();
    let bound = &body[2 * PAGE_WORDS + 4..][..MAX_IMPORTS as usize];
    let expected = (0..MAX_IMPORTS).map(|number| base(1 + number % 2) + number % 64);
    assert!(bound.iter().copied().eq(expected));
}

/// Finds the imports of each image, and writes down whose images were opened for the
/// last one.
#[derive(Default)]
struct Opening {
    files: Vec<Vec<u32>>,
    opened: Vec<u8>,
    addresses: Addresses,
}

impl Images for Opening {
    fn bind(&mut self, place: &Placement, dependencies: &[Placement]) -> Result<(), LoadError> {
        self.opened.clear();
        let files = &self.files;
        let open = |place: &Placement| {
            let library = place.id.library.number();
            self.opened.push(library);
            let manifest = place.store.manifest(&files[usize::from(library) - 1])?;
            Ok(manifest.image(0).unwrap())
        };
        let own = |symbol: Symbol<'_>| symbol.is("memcpy").then_some(0xA010_0000);
        self.addresses.find(place, dependencies, open, own)
    }

    fn copy(&mut self, _: &Placement) -> Result<(), LoadError> {
        Ok(())
    }

    fn map(&mut self, _: &Placement, _: Domain) -> Result<(), LoadError> {
        Ok(())
    }

    fn unmap(&mut self, _: &Placement, _: Domain) {}

    fn free(&mut self, _: &Placement) {}
}
