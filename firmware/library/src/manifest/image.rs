//! An image: what is linked, mapped and counted as one.

use acelab_abi::memory::PAGE_SIZE;

use super::outline::Outline;
use super::record::Record;
use super::tables::Counts;
use crate::format::extension::{DEPENDENCY_WORDS, image, segment, symbol};
use crate::format::{Digest, Name, Rights, Symbol, WORD};

/// An image of a library.
#[derive(Clone, Copy, Debug)]
pub struct Image<'a> {
    index: u32,
    record: Record<'a>,
    segments: Record<'a>,
    imports: Record<'a>,
    exports: Record<'a>,
    dependencies: Record<'a>,
    names: &'a [u32],
}

impl<'a> Image<'a> {
    /// Image `index`, whose records follow `first` others; `None` when they are
    /// not all there.
    pub(super) fn new(outline: &Outline<'a>, index: u32, first: Counts) -> Option<Self> {
        let record = outline.image_record(index)?;
        let counts = Counts::of_image(&record);
        Some(Self {
            index,
            record,
            segments: outline.segments(first.segments, counts.segments)?,
            imports: outline.imports(first.imports, counts.imports)?,
            exports: outline.exports(first.exports, counts.exports)?,
            dependencies: outline.dependencies(first.dependencies, counts.dependencies)?,
            names: outline.names(),
        })
    }

    /// Its index in the library.
    #[must_use]
    pub fn index(&self) -> u32 {
        self.index
    }

    /// Bytes of its range of addresses, whole pages.
    #[must_use]
    pub fn span(&self) -> u32 {
        self.record.word(image::SPAN)
    }

    /// Pages of its range of addresses.
    #[must_use]
    pub fn pages(&self) -> u32 {
        self.span() / PAGE_SIZE
    }

    /// Its segments, in order of their addresses.
    pub fn segments(self) -> impl Iterator<Item = Segment<'a>> {
        let records = self.segments.0.chunks_exact(segment::WORDS);
        records.map(|words| Segment(Record(words)))
    }

    /// The segment with this index.
    #[must_use]
    pub fn segment(&self, index: u32) -> Option<Segment<'a>> {
        let record = self.segments.record(index as usize, segment::WORDS);
        record.map(Segment)
    }

    /// Number of imports.
    #[must_use]
    pub fn import_count(&self) -> u32 {
        (self.imports.0.len() / symbol::WORDS) as u32
    }

    /// The import with this index.
    #[must_use]
    pub fn import(&self, index: u32) -> Option<Import<'a>> {
        let record = self.imports.record(index as usize, symbol::WORDS)?;
        Some(Import {
            symbol: self.symbol(&record)?,
            addend: record.word(symbol::VALUE),
        })
    }

    /// Its imports.
    pub fn imports(self) -> impl Iterator<Item = Import<'a>> {
        (0..self.import_count()).map_while(move |index| self.import(index))
    }

    /// Number of exports.
    #[must_use]
    pub fn export_count(&self) -> u32 {
        (self.exports.0.len() / symbol::WORDS) as u32
    }

    /// The export with this index.
    #[must_use]
    pub fn export(&self, index: u32) -> Option<Export<'a>> {
        let record = self.exports.record(index as usize, symbol::WORDS)?;
        Some(Export {
            symbol: self.symbol(&record)?,
            offset: record.word(symbol::VALUE),
        })
    }

    /// Its exports.
    pub fn exports(self) -> impl Iterator<Item = Export<'a>> {
        (0..self.export_count()).map_while(move |index| self.export(index))
    }

    fn symbol(&self, record: &Record<'a>) -> Option<Symbol<'a>> {
        let start = record.word(symbol::NAME) as usize;
        let names = self.names.get(start..)?;
        Symbol::new(names, record.word(symbol::LENGTH))
    }

    /// Number of dependencies.
    #[must_use]
    pub fn dependency_count(&self) -> u32 {
        (self.dependencies.0.len() / DEPENDENCY_WORDS) as u32
    }

    /// The auxiliary modules it imports from, in the order of looking for a symbol.
    pub fn dependencies(self) -> impl Iterator<Item = Name> {
        let records = self.dependencies.0.chunks_exact(DEPENDENCY_WORDS);
        records.filter_map(|words| Record(words).checked_name(0))
    }

    /// Where its sites lie in the file.
    #[must_use]
    pub fn sites_offset(&self) -> u32 {
        self.record.word(image::SITES_OFFSET)
    }

    /// Number of its sites.
    #[must_use]
    pub fn site_count(&self) -> u32 {
        self.record.word(image::SITES)
    }

    /// Digest of its sites.
    #[must_use]
    pub fn sites_digest(&self) -> Digest {
        self.record.words(image::SITES_DIGEST)
    }
}

/// A segment of an image.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a>(pub(super) Record<'a>);

impl Segment<'_> {
    pub(super) fn rights_bits(&self) -> u32 {
        self.0.word(segment::RIGHTS)
    }

    /// What code may do with it.
    #[must_use]
    pub fn rights(&self) -> Rights {
        Rights::from_bits(self.rights_bits()).unwrap_or(Rights::Read)
    }

    /// Where it lies in the image, in bytes.
    #[must_use]
    pub fn offset(&self) -> u32 {
        self.0.word(segment::OFFSET)
    }

    /// Its bytes in memory.
    #[must_use]
    pub fn memory_bytes(&self) -> u32 {
        self.0.word(segment::MEMORY_BYTES)
    }

    /// Its pages in memory.
    #[must_use]
    pub fn pages(&self) -> u32 {
        self.memory_bytes().div_ceil(PAGE_SIZE)
    }

    /// Where its bytes lie in the file.
    #[must_use]
    pub fn file_offset(&self) -> u32 {
        self.0.word(segment::FILE_OFFSET)
    }

    /// Its bytes in the file; what memory has more of is zero.
    #[must_use]
    pub fn file_bytes(&self) -> u32 {
        self.0.word(segment::FILE_BYTES)
    }

    /// Its words in the file.
    #[must_use]
    pub fn file_words(&self) -> u32 {
        self.file_bytes() / WORD
    }

    /// Digest of its bytes in the file.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.0.words(segment::DIGEST)
    }
}

/// A symbol that the loader looks up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Import<'a> {
    /// Its name.
    pub symbol: Symbol<'a>,
    /// What is added to its address.
    pub addend: u32,
}

/// A symbol that others may look up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Export<'a> {
    /// Its name.
    pub symbol: Symbol<'a>,
    /// Where it lies in the image, in bytes.
    pub offset: u32,
}
