//! Whether a loader may take a file: the rules once more, written differently.
//!
//! Places are 64-bit numbers, tables are vectors, everything is compared with
//! everything. Shares nothing with the loader but the constants of the format's
//! places; digests are those of another implementation.

mod image;
mod module;

use sha2::Digest as _;

use crate::format::Abi;
use crate::format::extension as x;

pub(super) const PAGE: u64 = 4096;
const MANIFEST: u64 = 0x2000 / 4;

/// What a file says that a loader may take.
#[derive(Clone, Debug)]
pub struct Judged {
    /// Its images.
    pub images: Vec<Image>,
    /// Indices of the images that modules make instances of.
    pub loadable: Vec<usize>,
    /// Names of auxiliary modules, with the indices of their images.
    pub auxiliary: Vec<([u8; 8], usize)>,
}

/// An image.
#[derive(Clone, Debug)]
pub struct Image {
    /// Its pages.
    pub pages: u64,
    /// Its segments.
    pub segments: Vec<Segment>,
    /// The words of its list of sites.
    pub sites: Vec<u32>,
    /// Names and addends of its imports.
    pub imports: Vec<(Vec<u8>, u32)>,
    /// Names and offsets of its exports.
    pub exports: Vec<(Vec<u8>, u32)>,
    /// What it depends on.
    pub dependencies: Vec<[u8; 8]>,
}

/// A segment; places in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Segment {
    /// Read 1, write 2, execute 4.
    pub rights: u64,
    /// In the image.
    pub offset: u64,
    /// In memory.
    pub bytes: u64,
    /// In the file.
    pub file: u64,
    /// In the file.
    pub file_bytes: u64,
}

/// A file, read by 64-bit places.
pub(super) struct File<'a>(pub &'a [u32]);

impl File<'_> {
    /// A word; nothing behind the end.
    pub fn at(&self, place: u64) -> Result<u64, &'static str> {
        let word = usize::try_from(place).ok().and_then(|p| self.0.get(p));
        word.map(|word| u64::from(*word)).ok_or("beyond the end")
    }

    pub fn list(&self, place: u64, count: u64) -> Result<Vec<u32>, &'static str> {
        let words = (place..place + count).map(|place| self.at(place));
        words.map(|word| word.map(|word| word as u32)).collect()
    }

    pub fn name(&self, place: u64) -> Result<[u8; 8], &'static str> {
        let bytes = bytes(&self.list(place, 2)?);
        let text: Vec<u8> = bytes.iter().copied().take_while(|b| *b != 0).collect();
        let zeros = bytes.iter().skip(text.len()).all(|b| *b == 0);
        let graphic = text.iter().all(|b| (0x21..=0x7E).contains(b));
        match !text.is_empty() && zeros && graphic {
            true => bytes.try_into().map_err(|_| "name"),
            false => Err("name"),
        }
    }

    /// Whether some words have the digest that stands at `digest`.
    pub fn has_digest(&self, place: u64, count: u64, digest: u64) -> Result<(), &'static str> {
        let expected = bytes(&self.list(digest, 8)?);
        let found = sha2::Sha256::digest(bytes(&self.list(place, count)?));
        rule(found.as_slice() == expected, "digest")
    }
}

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

pub(super) fn rule(holds: bool, name: &'static str) -> Result<(), &'static str> {
    match holds {
        true => Ok(()),
        false => Err(name),
    }
}

/// Where the tables are, and how many records they have.
pub(super) struct Tables {
    pub modules: u64,
    pub entries: u64,
    pub records: u64,
    pub images: u64,
    pub image_count: u64,
    pub segments: u64,
    pub imports: u64,
    pub exports: u64,
    pub dependencies: u64,
    pub names: u64,
    pub end: u64,
}

/// What a loader may take it for, or the rule that it breaks.
///
/// # Errors
///
/// The name of the rule.
pub fn judge(words: &[u32], abi: Abi) -> Result<Judged, &'static str> {
    let file = File(words);
    rule(words.len() >= 9728, "whole manifest")?;
    let tables = tables(&file, abi)?;
    file.has_digest(MANIFEST, tables.end - MANIFEST, tables.end)?;
    signature(&file, tables.entries + tables.modules * 29)?;
    let pages = file.at(MANIFEST + 4)?;
    rule((10..=501).contains(&pages), "pages")?;
    rule(words.len() as u64 >= pages * 1024, "whole file")?;
    let images = image::all(&file, &tables, pages * PAGE)?;
    let (loadable, auxiliary) = module::all(&file, &tables, &images, abi)?;
    Ok(Judged {
        images,
        loadable,
        auxiliary,
    })
}

fn tables(file: &File<'_>, abi: Abi) -> Result<Tables, &'static str> {
    let header = MANIFEST;
    rule(
        file.at(header)? == u64::from(u32::from_le_bytes(*b"$AM1")),
        "$AM1",
    )?;
    rule(file.at(header + 1)? == 52, "header length")?;
    file.name(header + 2)?;
    let modules = file.at(header + 9)?;
    rule((1..=32).contains(&modules), "modules")?;
    let entries = header + 13;
    let extension = entries + 29 * modules;
    let field = |place: usize| file.at(extension + place as u64);
    rule(
        field(x::MAGIC)? == u64::from(u32::from_le_bytes(*b"$ALX")),
        "$ALX",
    )?;
    rule(field(x::FORMAT)? == 1, "format")?;
    rule(field(x::ABI)? == u64::from(abi.version), "abi")?;
    let image_count = field(x::IMAGES)?;
    rule((1..=8).contains(&image_count), "images")?;
    let records = extension + 17;
    let images = records + 6 * modules;
    let segments = images + 15 * image_count;
    let imports = segments + 13 * field(x::SEGMENTS)?;
    let exports = imports + 3 * field(x::IMPORTS)?;
    let dependencies = exports + 3 * field(x::EXPORTS)?;
    let names = dependencies + 2 * field(x::DEPENDENCIES)?;
    let end = names + field(x::NAMES)?;
    rule(end + 8 <= 9728, "manifest's room")?;
    rule(
        field(x::LENGTH)? == (end - MANIFEST) * 4,
        "manifest's length",
    )?;
    Ok(Tables {
        modules,
        entries,
        records,
        images,
        image_count,
        segments,
        imports,
        exports,
        dependencies,
        names,
        end,
    })
}

fn signature(file: &File<'_>, extension: u64) -> Result<(), &'static str> {
    let kind = file.at(extension + 14)?;
    let offset = file.at(extension + 15)?;
    let bytes = file.at(extension + 16)?;
    // No key is known, so what is signed is not taken at all.
    rule(kind == 0 && offset == 0 && bytes == 0, "signature")
}
