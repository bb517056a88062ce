//! What goes into a file comes out of it.

use acelab_library::Manifest;
use acelab_library::format::{MANIFEST_WORDS, Rights};
use acelab_library::fuzz::sample::{self, ABI};
use acelab_library::manifest::{Authority, Kind, Unsigned};
use acelab_library::parts::Parts;
use acelab_library::write::{Layout, Library, WriteError, to_words};
use acelab_library::{LoadError, format};

pub fn words(library: &Library) -> Vec<u32> {
    to_words(&library.to_bytes().unwrap())
}

#[test]
fn a_manifest_says_what_was_written() {
    let file = words(&sample::library());
    let manifest = Manifest::parse(&file[..MANIFEST_WORDS], ABI).unwrap();
    assert_eq!(manifest.name().to_string(), "SAMPLE");
    assert_eq!(manifest.version(), [1, 2, 3, 4]);
    assert_eq!(manifest.pages() as usize * 1024, file.len());
    let module = manifest.module(0).unwrap();
    assert_eq!(module.name().to_string(), "GAIN");
    let both = Kind::Loadable {
        low_latency: true,
        data_processing: true,
    };
    assert_eq!(module.kind(), both);
    assert_eq!(
        (module.table(), module.stack_bytes(), module.heap_bytes()),
        (0x1000, 4096, 16 << 10)
    );
    let image = manifest.image(0).unwrap();
    assert_eq!((image.pages(), image.site_count()), (3, 7));
    let rights: Vec<_> = image.segments().map(|segment| segment.rights()).collect();
    assert_eq!(
        rights,
        [Rights::ReadExecute, Rights::Read, Rights::ReadWrite]
    );
    assert!(image.import(0).unwrap().symbol.is("memcpy"));
    assert!(manifest.image(1).is_none() && manifest.module(1).is_none());
}

#[test]
fn parts_are_checked_in_chunks_of_any_size() {
    let mut file = words(&sample::library());
    let manifest_words = file[..MANIFEST_WORDS].to_vec();
    let manifest = Manifest::parse(&manifest_words, ABI).unwrap();
    for chunk in [1, 7, 1000, 9728, 1 << 20] {
        let mut parts = Parts::new(&manifest);
        file.chunks(chunk).try_for_each(|c| parts.feed(c)).unwrap();
        parts.finish().unwrap();
    }
    let site = Layout::read(&file)
        .unwrap()
        .words("image[0].site[2]")
        .unwrap();
    file[site.start] ^= 1;
    for chunk in [1, 7, 1000, 9728, 1 << 20] {
        let mut parts = Parts::new(&manifest);
        let fed = file.chunks(chunk).try_for_each(|c| parts.feed(c));
        assert_eq!(
            fed.unwrap_err().to_string(),
            "wrong checksum of sites of image 0"
        );
    }
}

#[test]
fn a_part_that_never_comes_is_missed() {
    let file = words(&sample::library());
    let manifest = Manifest::parse(&file[..MANIFEST_WORDS], ABI).unwrap();
    let mut parts = Parts::new(&manifest);
    parts.feed(&file[..file.len() - 1024]).unwrap();
    assert_eq!(parts.finish(), Err(LoadError::Truncated));
}

/// Vouches for one signature.
struct Key;

impl Authority for Key {
    fn accepts(&self, digest: &format::Digest, signature: Option<(u32, &[u32])>) -> bool {
        signature == Some((9, &[digest[0], 0x5347]))
    }
}

#[test]
fn a_signature_is_shown_to_the_authority() {
    let mut library = sample::library();
    let unsigned = words(&library);
    let manifest = Manifest::parse(&unsigned, ABI).unwrap();
    assert_eq!(manifest.authenticate(&unsigned, &Unsigned), Ok(()));
    assert_eq!(
        manifest.authenticate(&unsigned, &Key),
        Err(LoadError::Untrusted(0))
    );
    // The digest covers where the signature is, not what it is.
    library.signature = Some((9, vec![0; 8]));
    let mut signed = words(&library);
    let digest = Manifest::parse(&signed, ABI).unwrap().digest();
    signed[..2].copy_from_slice(&[digest[0], 0x5347]);
    let manifest = Manifest::parse(&signed, ABI).unwrap();
    assert_eq!(manifest.authenticate(&signed, &Key), Ok(()));
    assert_eq!(
        manifest.authenticate(&signed, &Unsigned),
        Err(LoadError::Untrusted(9))
    );
}

#[test]
fn what_no_loader_takes_is_not_written() {
    let mut library = sample::library();
    library.modules[0].image = 1;
    assert!(matches!(library.to_bytes(), Err(WriteError::Rejected(_))));
    library.name = "nine char".into();
    assert!(matches!(library.to_bytes(), Err(WriteError::Name(_))));
    let mut library = sample::library();
    library.images[0].imports[0].sites.push(4);
    let twice = library.to_bytes().unwrap_err();
    assert_eq!(
        twice.to_string(),
        "no loader takes it: site 2 of image 0: not behind the one before"
    );
}

#[test]
fn the_same_library_gives_the_same_bytes() {
    let mut other = sample::library();
    other.images[0].relocations.reverse();
    assert_eq!(
        sample::library().to_bytes().unwrap(),
        other.to_bytes().unwrap()
    );
}
