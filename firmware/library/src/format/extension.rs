//! Words of the extension behind the module entries, and of its records.

use super::DIGEST_WORDS;

/// First word, `$ALX` in memory order.
pub const EXTENSION_MAGIC: u32 = u32::from_le_bytes(*b"$ALX");
/// Version of this layout.
pub const FORMAT_VERSION: u32 = 1;

/// [`EXTENSION_MAGIC`].
pub const MAGIC: usize = 0;
/// [`FORMAT_VERSION`].
pub const FORMAT: usize = 1;
/// Version of the interface between firmware and module.
pub const ABI: usize = 2;
/// Bytes from the `$AM1` header to the digest of the manifest.
pub const LENGTH: usize = 3;
/// Number of images.
pub const IMAGES: usize = 4;
/// Number of segments of all images.
pub const SEGMENTS: usize = 5;
/// Number of imports of all images.
pub const IMPORTS: usize = 6;
/// Number of exports of all images.
pub const EXPORTS: usize = 7;
/// Number of dependencies of all images.
pub const DEPENDENCIES: usize = 8;
/// Words of all names.
pub const NAMES: usize = 9;
/// Build id, four words.
pub const BUILD_ID: usize = 10;
/// Words of a build id.
pub const BUILD_ID_WORDS: usize = 4;
/// Kind of the signature, 0 for none.
pub const SIGNATURE_KIND: usize = 14;
/// Where the signature lies in the file: before the manifest.
pub const SIGNATURE_OFFSET: usize = 15;
/// Bytes of the signature.
pub const SIGNATURE_BYTES: usize = 16;
/// Words of the extension without its tables.
pub const WORDS: usize = 17;

/// What the extension knows of a module; as many as there are entries.
pub mod module {
    /// Index of the image in the file.
    pub const IMAGE: usize = 0;
    /// Which of the modules of its image it is; handed to `create`.
    pub const KIND: usize = 1;
    /// Most inputs in the lower half, most outputs in the upper.
    pub const PINS: usize = 2;
    /// Bytes of stack that a thread for it needs.
    pub const STACK: usize = 3;
    /// Bytes that an instance may allocate.
    pub const HEAP: usize = 4;
    /// Sample formats it takes, one bit each; for people.
    pub const FORMATS: usize = 5;
    /// Words of the record.
    pub const WORDS: usize = 6;
}

/// A contiguous range of addresses that is linked as one.
pub mod image {
    /// Number of segments.
    pub const SEGMENTS: usize = 0;
    /// Bytes of the range, whole pages.
    pub const SPAN: usize = 1;
    /// Number of imports.
    pub const IMPORTS: usize = 2;
    /// Number of exports.
    pub const EXPORTS: usize = 3;
    /// Number of dependencies.
    pub const DEPENDENCIES: usize = 4;
    /// Where the sites lie in the file.
    pub const SITES_OFFSET: usize = 5;
    /// Number of sites.
    pub const SITES: usize = 6;
    /// Digest of the sites, eight words.
    pub const SITES_DIGEST: usize = 7;
    /// Words of the record.
    pub const WORDS: usize = SITES_DIGEST + super::DIGEST_WORDS;
}

/// A part of an image with rights of its own.
pub mod segment {
    /// [`Rights`](crate::format::Rights) as bits.
    pub const RIGHTS: usize = 0;
    /// Where it lies in the image, a multiple of the page size.
    pub const OFFSET: usize = 1;
    /// Bytes in memory; those behind the file's are zero.
    pub const MEMORY_BYTES: usize = 2;
    /// Where its bytes lie in the file, a multiple of the page size.
    pub const FILE_OFFSET: usize = 3;
    /// Bytes in the file, a multiple of four.
    pub const FILE_BYTES: usize = 4;
    /// Digest of its bytes in the file, eight words.
    pub const DIGEST: usize = 5;
    /// Words of the record.
    pub const WORDS: usize = DIGEST + super::DIGEST_WORDS;
}

/// An import or an export.
pub mod symbol {
    /// Where the name starts in the names, in words.
    pub const NAME: usize = 0;
    /// Bytes of the name.
    pub const LENGTH: usize = 1;
    /// Import: what is added to the address. Export: its offset in the image.
    pub const VALUE: usize = 2;
    /// Words of the record.
    pub const WORDS: usize = 3;
}

/// Words of a dependency: the name of an auxiliary module.
pub const DEPENDENCY_WORDS: usize = 2;
