//! Libraries from a seed: most are right, and small.

use super::random::Random;
use super::sample::{ABI, loadable};
use crate::format::Rights;
use crate::write::{Export, Image, Import, Library, Module, Role, Segment};

const PAGE: u32 = acelab_abi::memory::PAGE_SIZE;
const RIGHTS: [Rights; 3] = [Rights::ReadExecute, Rights::Read, Rights::ReadWrite];
/// Names of auxiliary modules.
const AUXILIARY: [&str; 4] = ["AUX_A", "AUX_B", "AUX_C", "AUX_D"];
/// What the firmware exports.
pub const FIRMWARE: [&str; 4] = ["acelab_alloc", "acelab_free", "memcpy", "__muldi3"];
/// What auxiliary modules export.
const SHARED: [&str; 3] = [
    "curve",
    "table_of_sines",
    "a_rather_long_name_of_a_symbol_indeed",
];

/// A library.
pub fn library(random: &mut Random) -> Library {
    let count = 1 + random.below(3);
    let mut library = Library {
        name: random.one_of(&["LIB", "LIBRARY8", "x"]).into(),
        version: [1, 0, 0, random.word() as u16],
        abi: ABI,
        build_id: [random.word() as u8; 16],
        modules: Vec::new(),
        images: (0..count).map(|_| image(random)).collect(),
        signature: random.once_in(30).then(|| (1, vec![7; 64])),
    };
    for index in 0..count {
        let name = random.one_of(&AUXILIARY);
        let taken = library.modules.iter().any(|module| module.name == name);
        match random.once_in(3) && !taken {
            true => auxiliary(&mut library, index as u32, name, random),
            false => modules(&mut library, index as u32, random),
        }
    }
    library
}

fn auxiliary(library: &mut Library, image: u32, name: &str, random: &mut Random) {
    let mut uuid = [image as u8; 16];
    uuid[8..8 + name.len()].copy_from_slice(name.as_bytes());
    library.modules.push(Module {
        name: name.into(),
        uuid,
        role: Role::Auxiliary,
        image,
    });
    let image = &mut library.images[image as usize];
    for symbol in SHARED.iter().take(1 + random.below(3)) {
        image.exports.push(Export {
            symbol: (*symbol).into(),
            offset: image.segments[0].offset + random.below(16) as u32,
        });
    }
}

fn modules(library: &mut Library, image: u32, random: &mut Random) {
    let segments = &library.images[image as usize].segments;
    let table = segments.iter().find(|segment| {
        segment.rights != Rights::ReadWrite && segment.bytes.len() >= ABI.table_bytes as usize
    });
    let table = table.map_or(0, |segment| segment.offset);
    for number in 0..1 + random.below(2) {
        let mut module = loadable(&format!("M{image}{number}"), image);
        if let Role::Loadable(loadable) = &mut module.role {
            loadable.kind = number as u32;
            loadable.table = table;
        }
        library.modules.push(module);
    }
}

fn image(random: &mut Random) -> Image {
    let mut image = Image::default();
    let mut offset = 0;
    for rights in RIGHTS {
        if image.segments.is_empty() || !random.once_in(5) {
            image.segments.push(segment(rights, offset, random));
            let segment = image.segments.last();
            offset = segment.map_or(0, |s| s.offset + s.memory_bytes.next_multiple_of(PAGE));
            // Ranges of addresses may have holes.
            offset += if random.once_in(8) { PAGE } else { 0 };
        }
    }
    for name in AUXILIARY {
        if random.once_in(12) {
            image.dependencies.push(name.into());
        }
    }
    for _ in 0..random.below(4) {
        image.imports.push(Import {
            symbol: import(&image, random).into(),
            addend: random.one_of(&[0, 0, 0, 4, 0xFFFF_FFF0]),
            sites: Vec::new(),
        });
    }
    sites(&mut image, random);
    image
}

fn import(image: &Image, random: &mut Random) -> &'static str {
    match random.below(60) {
        0 => "nobody_has_it",
        1 => random.one_of(&SHARED),
        2..30 if !image.dependencies.is_empty() => SHARED[0],
        _ => random.one_of(&FIRMWARE),
    }
}

fn segment(rights: Rights, offset: u32, random: &mut Random) -> Segment {
    let words = match random.below(12) {
        0 if rights == Rights::ReadWrite => 0,
        1 => 1024 + random.below(200),
        _ => 16 + random.below(100),
    };
    let seed = random.word();
    let bytes: Vec<u8> = (0..words as u32)
        .flat_map(|word| seed.wrapping_mul(word | 1).to_le_bytes())
        .collect();
    let more = match rights {
        Rights::ReadWrite => 4 + random.below(5000) as u32,
        _ => random.below(2) as u32 * 8,
    };
    Segment {
        rights,
        offset,
        memory_bytes: bytes.len() as u32 + more,
        bytes,
    }
}

/// Some words of the image become sites.
fn sites(image: &mut Image, random: &mut Random) {
    let count = image.imports.len();
    for segment in &mut image.segments {
        let (words, _) = segment.bytes.as_chunks_mut::<4>();
        let every = 1 + random.below(20);
        for (number, word) in words.iter_mut().enumerate() {
            if !random.once_in(every + 1) {
                continue;
            }
            let at = segment.offset + 4 * number as u32;
            let choice = random.below(count + 2);
            match image.imports.get_mut(choice) {
                Some(import) => {
                    *word = [0; 4];
                    import.sites.push(at);
                }
                None => image.relocations.push(at),
            }
        }
    }
}
