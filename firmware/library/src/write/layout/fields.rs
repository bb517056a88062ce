//! Names of the fields of each record: name, first word, words.

use crate::format::DIGEST_WORDS;
use crate::format::extension::{self, image, module, segment, symbol};
use crate::format::header::{self, UUID_WORDS};

pub(super) type Field = (&'static str, usize, usize);

pub(super) const HEADER: &[Field] = &[
    ("magic", header::MAGIC, 1),
    ("length", header::LENGTH, 1),
    ("name", header::NAME, 2),
    ("pages", header::PAGES, 1),
    ("version", header::VERSION, 2),
    ("modules", header::MODULES, 1),
];

pub(super) const ENTRY: &[Field] = &[
    ("magic", header::ENTRY_MAGIC, 1),
    ("name", header::ENTRY_NAME, 2),
    ("uuid", header::ENTRY_UUID, UUID_WORDS),
    ("type", header::ENTRY_TYPE, 1),
    ("hash", header::ENTRY_HASH, DIGEST_WORDS),
    ("entry", header::ENTRY_POINT, 1),
    ("affinity", header::ENTRY_AFFINITY, 1),
    ("instances", header::ENTRY_INSTANCES, 1),
    ("segments", header::ENTRY_SEGMENTS, 9),
];

pub(super) const MODULE: &[Field] = &[
    ("image", module::IMAGE, 1),
    ("kind", module::KIND, 1),
    ("pins", module::PINS, 1),
    ("stack", module::STACK, 1),
    ("heap", module::HEAP, 1),
    ("formats", module::FORMATS, 1),
];

pub(super) const EXTENSION: &[Field] = &[
    ("magic", extension::MAGIC, 1),
    ("format", extension::FORMAT, 1),
    ("abi", extension::ABI, 1),
    ("length", extension::LENGTH, 1),
    ("images", extension::IMAGES, 1),
    ("segments", extension::SEGMENTS, 1),
    ("imports", extension::IMPORTS, 1),
    ("exports", extension::EXPORTS, 1),
    ("dependencies", extension::DEPENDENCIES, 1),
    ("names", extension::NAMES, 1),
    ("build_id", extension::BUILD_ID, extension::BUILD_ID_WORDS),
    ("signature_kind", extension::SIGNATURE_KIND, 1),
    ("signature_offset", extension::SIGNATURE_OFFSET, 1),
    ("signature_bytes", extension::SIGNATURE_BYTES, 1),
];

pub(super) const IMAGE: &[Field] = &[
    ("segments", image::SEGMENTS, 1),
    ("span", image::SPAN, 1),
    ("imports", image::IMPORTS, 1),
    ("exports", image::EXPORTS, 1),
    ("dependencies", image::DEPENDENCIES, 1),
    ("sites_offset", image::SITES_OFFSET, 1),
    ("sites", image::SITES, 1),
    ("sites_digest", image::SITES_DIGEST, DIGEST_WORDS),
];

pub(super) const SEGMENT: &[Field] = &[
    ("rights", segment::RIGHTS, 1),
    ("offset", segment::OFFSET, 1),
    ("memory_bytes", segment::MEMORY_BYTES, 1),
    ("file_offset", segment::FILE_OFFSET, 1),
    ("file_bytes", segment::FILE_BYTES, 1),
    ("digest", segment::DIGEST, DIGEST_WORDS),
];

pub(super) const IMPORT: &[Field] = &[
    ("name", symbol::NAME, 1),
    ("length", symbol::LENGTH, 1),
    ("addend", symbol::VALUE, 1),
];

pub(super) const EXPORT: &[Field] = &[
    ("name", symbol::NAME, 1),
    ("length", symbol::LENGTH, 1),
    ("offset", symbol::VALUE, 1),
];
