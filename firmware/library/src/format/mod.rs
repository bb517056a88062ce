//! The layout of a library file, as words.
//!
//! ```text
//! 0x0000  prefix: the optional signature, nothing else is looked at
//! 0x2000  `$AM1` header, `$AME` module entries     (as in every manifest)
//!         `$ALX` extension and its tables, in this order:
//!         module records, image records, segment records,
//!         import, export and dependency records, names
//!         SHA-256 of all from 0x2000 to here
//! 0xA000  parts, each on a page boundary, ascending: for each image
//!         its segments, then its list of sites
//! ```
//!
//! All words are little-endian. Where a record names no digest, the digest of
//! the manifest covers it; bytes between the parts are not looked at and never
//! mapped.

pub mod extension;
pub mod header;
mod name;
mod rights;
mod site;

pub use name::{Name, Symbol};
pub use rights::Rights;
pub use site::{Site, Target};

use acelab_abi::manifest::MAX_BYTES;
use acelab_abi::memory::PAGE_SIZE;

/// Bytes of a word.
pub const WORD: u32 = 4;
/// Words of a page.
pub const PAGE_WORDS: usize = (PAGE_SIZE / WORD) as usize;

/// Where the `$AM1` header lies in the file.
pub const MANIFEST_OFFSET: u32 = 0x2000;
/// Bytes from the start of the file that hold all of the manifest.
pub const MANIFEST_BYTES: u32 = MAX_BYTES;
/// Words from the start of the file that hold all of the manifest.
pub const MANIFEST_WORDS: usize = (MANIFEST_BYTES / WORD) as usize;
/// Where the first part may lie.
pub const BODY_OFFSET: u32 = MANIFEST_BYTES.next_multiple_of(PAGE_SIZE);
/// Words before the first part.
pub const BODY_WORD: usize = (BODY_OFFSET / WORD) as usize;

/// Pages of the smallest file.
pub const MIN_PAGES: u32 = BODY_OFFSET / PAGE_SIZE;

/// Words of a SHA-256 digest.
pub const DIGEST_WORDS: usize = 8;
/// A SHA-256 digest; in a file its bytes lie in the order of the standard.
pub type Digest = [u32; DIGEST_WORDS];

/// Most modules of a file.
pub const MAX_MODULES: u32 = 32;
/// Most images of a file.
pub const MAX_IMAGES: u32 = 8;
/// Most segments of an image.
pub const MAX_SEGMENTS: u32 = 4;
/// Most imports of an image.
pub const MAX_IMPORTS: u32 = 256;
/// Most exports of an image.
pub const MAX_EXPORTS: u32 = 512;
/// Most dependencies of an image.
pub const MAX_DEPENDENCIES: u32 = 4;
/// Bytes of the longest symbol.
pub const MAX_SYMBOL: u32 = 64;
/// Pages of the largest image: a site has 18 bits for its word.
pub const MAX_IMAGE_PAGES: u32 = (1 << 18) / PAGE_WORDS as u32;
/// Bytes of the largest stack that a module may ask for.
pub const MAX_STACK: u32 = 64 << 10;
/// Bytes of heap that an instance may ask for at most.
pub const MAX_HEAP: u32 = 1 << 20;
/// Most inputs, and most outputs.
pub const MAX_PINS: u32 = 8;

/// What a loader and the libraries it takes must agree on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abi {
    /// Version of the interface between firmware and module.
    pub version: u32,
    /// Bytes of a module's table of entries.
    pub table_bytes: u32,
}
