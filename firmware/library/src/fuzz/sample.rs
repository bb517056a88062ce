//! Small libraries that are right.

use acelab_abi::manifest::TABLE_BYTES;

use crate::format::{Abi, Rights};
use crate::write::{Export, Image, Import, Library, Loadable, Module, Role, Segment};

/// What the samples are built for.
pub const ABI: Abi = Abi {
    version: 0x1_0000,
    table_bytes: TABLE_BYTES,
};

/// A module that may run everywhere, and its image.
#[must_use]
pub fn loadable(name: &str, image: u32) -> Module {
    let mut uuid = [image as u8; 16];
    uuid[..name.len()].copy_from_slice(name.as_bytes());
    Module {
        name: name.into(),
        uuid,
        image,
        role: Role::Loadable(Loadable {
            kind: 0,
            table: 0x1000,
            low_latency: true,
            data_processing: true,
            affinity: 0x1F,
            instances: 16,
            inputs: 1,
            outputs: 1,
            stack_bytes: 4096,
            heap_bytes: 16 << 10,
            formats: 3,
        }),
    }
}

/// Three pages: text, constants with the table of a module, and data.
#[must_use]
pub fn image() -> Image {
    let bytes = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect();
    Image {
        segments: vec![
            Segment {
                rights: Rights::ReadExecute,
                offset: 0,
                memory_bytes: 64,
                bytes: bytes(&[0, 0x1000, 0x2000, 0, 5, 6, 7, 8]),
            },
            Segment {
                rights: Rights::Read,
                offset: 0x1000,
                memory_bytes: 40,
                bytes: bytes(&[1, TABLE_BYTES, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0]),
            },
            Segment {
                rights: Rights::ReadWrite,
                offset: 0x2000,
                memory_bytes: 0x800,
                bytes: bytes(&[1, 2, 3, 0x1004]),
            },
        ],
        relocations: vec![4, 8, 0x1008, 0x100C, 0x200C],
        imports: vec![Import {
            symbol: "memcpy".into(),
            addend: 0,
            sites: vec![0, 12],
        }],
        exports: Vec::new(),
        dependencies: Vec::new(),
    }
}

/// A library of one module.
#[must_use]
pub fn library() -> Library {
    Library {
        name: "SAMPLE".into(),
        version: [1, 2, 3, 4],
        abi: ABI,
        build_id: *b"build of samples",
        modules: vec![loadable("GAIN", 0)],
        images: vec![image()],
        signature: None,
    }
}

/// A library that has an auxiliary module with this name, which exports
/// `symbol` at 16 and depends on `dependencies`.
#[must_use]
pub fn auxiliary(name: &str, symbol: &str, dependencies: &[&str]) -> Library {
    let mut library = library();
    let mut uuid = [0xAA; 16];
    uuid[..name.len()].copy_from_slice(name.as_bytes());
    library.name = "AUX".into();
    library.modules = vec![Module {
        name: name.into(),
        uuid,
        role: Role::Auxiliary,
        image: 0,
    }];
    library.images[0].exports = vec![Export {
        symbol: symbol.into(),
        offset: 16,
    }];
    library.images[0].dependencies = dependencies.iter().map(|name| (*name).into()).collect();
    library
}

/// A library whose module imports `symbol`, and depends on `dependencies`.
#[must_use]
pub fn dependent(symbol: &str, dependencies: &[&str]) -> Library {
    let mut library = library();
    let image = &mut library.images[0];
    image.imports[0].symbol = symbol.into();
    image.dependencies = dependencies.iter().map(|name| (*name).into()).collect();
    library
}
