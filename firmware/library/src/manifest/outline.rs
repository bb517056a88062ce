//! The frame of a manifest: header, counts, tables. Records are found, not yet
//! checked.

use acelab_abi::manifest::{HEADER_BYTES, HEADER_MAGIC};

use super::image::Image;
use super::module::Module;
use super::record::Record;
use super::tables::{Counts, Places};
use crate::error::{Counted, LoadError, Record as Which};
use crate::format::extension::{self, EXTENSION_MAGIC, FORMAT_VERSION};
use crate::format::header::{self, HEADER_WORDS, MODULE_WORDS};
use crate::format::{
    DIGEST_WORDS, Digest, MANIFEST_OFFSET, MANIFEST_WORDS, MAX_MODULES, MIN_PAGES, WORD,
};
use crate::sha256;

/// Pages of the largest file, so that no offset in it overflows.
const MAX_PAGES: u32 = acelab_abi::memory::LIBRARY_STORE.size / acelab_abi::memory::PAGE_SIZE;

/// A manifest whose tables all lie within it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outline<'a> {
    /// From the header to the end of the digest.
    words: &'a [u32],
    pub modules: u32,
    pub counts: Counts,
    places: Places,
}

impl<'a> Outline<'a> {
    /// The outline of the manifest in a file that is for this version of the
    /// interface between firmware and module.
    pub fn read(file: &'a [u32], abi: u32) -> Result<Self, LoadError> {
        let words = file.get((MANIFEST_OFFSET / WORD) as usize..MANIFEST_WORDS);
        let words = words.ok_or(LoadError::Truncated)?;
        let modules = read_header(&Record(words))?;
        let start = HEADER_WORDS + modules as usize * MODULE_WORDS;
        let rest = Record(words.get(start..).unwrap_or(&[]));
        let magic = rest.word(extension::MAGIC);
        if magic != EXTENSION_MAGIC {
            return Err(LoadError::Magic {
                record: Which::Extension,
                word: magic,
            });
        }
        let format = rest.word(extension::FORMAT);
        if format != FORMAT_VERSION {
            return Err(LoadError::FormatVersion(format));
        }
        let version = rest.word(extension::ABI);
        if version != abi {
            return Err(LoadError::AbiVersion(version));
        }
        let counts = Counts::read(&rest)?;
        let places = Places::new(modules, &counts);
        let length = start + places.end;
        let stated = rest.word(extension::LENGTH);
        let all = words.get(..length + DIGEST_WORDS);
        match all {
            Some(words) if stated as usize == length * WORD as usize => Ok(Self {
                words,
                modules,
                counts,
                places,
            }),
            _ => Err(LoadError::ManifestLength(stated)),
        }
    }

    /// Whether the manifest is what its digest says.
    pub fn check_digest(&self) -> Result<(), LoadError> {
        let (words, _) = self.words.split_at(self.words.len() - DIGEST_WORDS);
        match sha256::digest(words) == self.digest() {
            true => Ok(()),
            false => Err(LoadError::ManifestChecksum),
        }
    }

    /// The digest that stands behind the tables.
    pub fn digest(&self) -> Digest {
        Record(self.words).words(self.words.len() - DIGEST_WORDS)
    }

    pub fn header(&self) -> Record<'a> {
        Record(self.words)
    }

    pub fn extension(&self) -> Record<'a> {
        let start = HEADER_WORDS + self.modules as usize * MODULE_WORDS;
        Record(self.words.get(start..).unwrap_or(&[]))
    }

    fn after(&self, place: usize) -> Record<'a> {
        Record(self.extension().0.get(place..).unwrap_or(&[]))
    }

    pub fn module(&self, index: u32) -> Option<Module<'a>> {
        if index >= self.modules {
            return None;
        }
        let entries = Record(self.words.get(HEADER_WORDS..)?);
        let entry = entries.record(index as usize, MODULE_WORDS)?;
        let record = self.after(self.places.modules);
        let record = record.record(index as usize, extension::module::WORDS)?;
        Some(Module::new(index, entry, record))
    }

    /// All images whose tables are within those of the file.
    pub fn images(self) -> impl Iterator<Item = Image<'a>> {
        let mut before = Counts::default();
        (0..self.counts.images).map_while(move |index| {
            let record = self.image_record(index)?;
            let first = before;
            before = before.plus(&Counts::of_image(&record))?;
            Image::new(&self, index, first)
        })
    }

    pub fn image_record(&self, index: u32) -> Option<Record<'a>> {
        let records = self.after(self.places.images);
        records.record(index as usize, extension::image::WORDS)
    }

    pub fn segments(&self, first: u32, count: u32) -> Option<Record<'a>> {
        let within = first.checked_add(count)? <= self.counts.segments;
        let records = self.after(self.places.segments);
        within
            .then_some(records)?
            .table(first as usize, count as usize, extension::segment::WORDS)
    }

    pub fn imports(&self, first: u32, count: u32) -> Option<Record<'a>> {
        let within = first.checked_add(count)? <= self.counts.imports;
        let records = self.after(self.places.imports);
        within
            .then_some(records)?
            .table(first as usize, count as usize, extension::symbol::WORDS)
    }

    pub fn exports(&self, first: u32, count: u32) -> Option<Record<'a>> {
        let within = first.checked_add(count)? <= self.counts.exports;
        let records = self.after(self.places.exports);
        within
            .then_some(records)?
            .table(first as usize, count as usize, extension::symbol::WORDS)
    }

    pub fn dependencies(&self, first: u32, count: u32) -> Option<Record<'a>> {
        let within = first.checked_add(count)? <= self.counts.dependencies;
        let records = self.after(self.places.dependencies);
        within.then_some(records)?.table(
            first as usize,
            count as usize,
            extension::DEPENDENCY_WORDS,
        )
    }

    /// The words of all names.
    pub fn names(&self) -> &'a [u32] {
        let names = self.after(self.places.names).0;
        names.get(..self.counts.names as usize).unwrap_or(&[])
    }
}

/// The number of modules of a header that is right.
fn read_header(header: &Record<'_>) -> Result<u32, LoadError> {
    let magic = header.word(header::MAGIC);
    if magic != u32::from_le_bytes(HEADER_MAGIC) {
        return Err(LoadError::Magic {
            record: Which::Header,
            word: magic,
        });
    }
    let pages = header.word(header::PAGES);
    if pages < MIN_PAGES || pages.checked_mul(acelab_abi::memory::PAGE_SIZE).is_none() {
        return Err(LoadError::PreloadPages(pages));
    }
    if pages > MAX_PAGES {
        return Err(LoadError::TooLarge(pages));
    }
    let length = header.word(header::LENGTH);
    if length != HEADER_BYTES {
        return Err(LoadError::HeaderLength(length));
    }
    if header.checked_name(header::NAME).is_none() {
        return Err(LoadError::Name(Which::Header));
    }
    match header.word(header::MODULES) {
        modules @ 1..=MAX_MODULES => Ok(modules),
        count => Err(LoadError::Count {
            of: Counted::Modules,
            count,
        }),
    }
}
