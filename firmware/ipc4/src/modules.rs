//! The modules that are built in, in the order of the manifest: a module's id is
//! its place.

use acelab_audio::Driver;
use acelab_modules::MODULES;

/// Module id of the base firmware.
pub const BASE_FIRMWARE: u16 = 0;
/// Module id of the copier.
pub const COPIER: u16 = 1;
/// Module id of the first processing module.
const FIRST: u16 = 2;

/// Number of built-in modules.
pub const COUNT: usize = FIRST as usize + MODULES.len();

/// What a manifest says about a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BuiltIn {
    /// Name, padded with zeros.
    pub name: [u8; 8],
    /// UUID in memory order.
    pub uuid: [u8; 16],
    /// An instance may have a thread of its own.
    pub data_processing: bool,
    /// Largest number of instances.
    pub instances: u16,
}

/// UUID of the base firmware module; our own.
const BASE_FIRMWARE_UUID: [u8; 16] =
    *b"\xAC\xE1\xAB\x00\x5A\xDE\x4B\x0F\x93\xB1\xBA\x5E\xF1\x2A\x00\x01";
/// UUID of the copier in the field: 9ba00c83-ca12-4a83-943c-1fa2e82f9dda.
const COPIER_UUID: [u8; 16] = *b"\x83\x0C\xA0\x9B\x12\xCA\x83\x4A\x94\x3C\x1F\xA2\xE8\x2F\x9D\xDA";

/// Instance ids have eight bits.
const MANY: u16 = 256;

/// The module with this id, below [`COUNT`].
///
/// # Panics
///
/// If there is none.
#[must_use]
pub const fn built_in(id: usize) -> BuiltIn {
    if id == BASE_FIRMWARE as usize {
        return BuiltIn {
            name: *b"BASEFW\0\0",
            uuid: BASE_FIRMWARE_UUID,
            data_processing: false,
            instances: 1,
        };
    }
    if id == COPIER as usize {
        return BuiltIn {
            name: *b"COPIER\0\0",
            uuid: COPIER_UUID,
            data_processing: false,
            instances: MANY,
        };
    }
    let module = MODULES[id - FIRST as usize];
    BuiltIn {
        name: module.name,
        uuid: module.uuid.0,
        data_processing: module.data_processing,
        instances: MANY,
    }
}

/// What an instance of module `id` is made from.
pub(crate) fn driver(id: u16) -> Option<Driver> {
    if id == COPIER {
        return Some(Driver::Copier);
    }
    let place = id.checked_sub(FIRST)?;
    MODULES.get(usize::from(place)).map(Driver::Module)
}
