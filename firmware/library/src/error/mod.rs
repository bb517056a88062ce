//! Why a library is not taken, or a module of it makes no instance.

mod text;

use core::fmt;

use acelab_abi::ipc4::status::Status;

use crate::format::{Name, Symbol};

/// What is wrong with a command or a library; each has a text for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// The id is 0 or beyond the last one.
    LibraryId(u32),
    /// There is no such DMA channel from the host.
    Channel(u32),
    /// The DMA channel is in use, or nothing is at the host's end.
    ChannelBusy(u32),
    /// There is a library with this id.
    Loaded(u32),
    /// No data came for the time that a chunk may take.
    Stalled {
        /// Bytes that had come before.
        received: u32,
    },
    /// The file ends before its manifest, or before a part does.
    Truncated,
    /// The header's page count cannot hold a manifest.
    PreloadPages(u32),
    /// The file has more pages than the store.
    TooLarge(u32),
    /// A record does not begin as it must.
    Magic {
        /// Which one.
        record: Record,
        /// What stands there.
        word: u32,
    },
    /// The `$AM1` header has another length.
    HeaderLength(u32),
    /// The extension has another version.
    FormatVersion(u32),
    /// The library was built for another interface.
    AbiVersion(u32),
    /// A number of records is zero, too large, or not the sum of its parts.
    Count {
        /// Records of what.
        of: Counted,
        /// The number.
        count: u32,
    },
    /// The manifest's length is not what its tables need.
    ManifestLength(u32),
    /// The manifest is not what its digest says.
    ManifestChecksum,
    /// There is a signature that nobody vouches for.
    Untrusted(u32),
    /// A name is empty, too long, or has a character that no name has.
    Name(Record),
    /// A module entry is wrong.
    Module {
        /// Its index in the file.
        index: u8,
        /// What is wrong.
        fault: ModuleFault,
    },
    /// An image has no module, or its pages are not those of its segments.
    Image {
        /// Its index in the file.
        index: u8,
        /// What is wrong.
        fault: ImageFault,
    },
    /// A segment is wrong.
    Segment {
        /// Image and segment.
        part: Part,
        /// What is wrong.
        fault: SegmentFault,
    },
    /// A part is not what its digest says.
    Checksum(Part),
    /// An entry of a list of sites is wrong.
    Site {
        /// The image.
        image: u8,
        /// Its place in the list.
        index: u32,
        /// What is wrong.
        fault: SiteFault,
    },
    /// Nobody exports this symbol.
    UnknownImport(ShortSymbol),
    /// A chain of dependencies leads back to this auxiliary module.
    CyclicDependency(Name),
    /// There is no auxiliary module with this name.
    UnmetDependency(Name),
    /// Too many images depend on each other.
    DependencyDepth,
    /// There is no image with this number, or none that makes instances.
    NoImage,
    /// The instance has an image already.
    InstanceExists,
    /// More images, instances or domains than there is room for.
    TableFull,
    /// There are not enough free pages.
    NoPages,
    /// There is no such domain, or it has something else in its place.
    NotMapped,
    /// Audio has ring 0 in this build, which runs no code of libraries.
    Ring0,
    /// The module window has no free range of so many pages.
    WindowFull(u32),
    /// The store has no free range of so many pages.
    StoreFull(u32),
}

/// A record of the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Record {
    /// The `$AM1` header.
    Header,
    /// A `$AME` entry, by index.
    Module(u8),
    /// The `$ALX` extension.
    Extension,
    /// An import of an image.
    Import(u8),
    /// An export of an image.
    Export(u8),
    /// A dependency of an image.
    Dependency(u8),
}

/// What a manifest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Module entries.
    Modules,
    /// Images.
    Images,
    /// Segments of an image, or of all.
    Segments,
    /// Imports of an image, or of all.
    Imports,
    /// Exports of an image, or of all.
    Exports,
    /// Dependencies of an image, or of all.
    Dependencies,
    /// Words of names.
    Names,
    /// Sites of an image.
    Sites,
}

/// A part of the file behind the manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A segment of an image.
    Segment {
        /// Index of the image.
        image: u8,
        /// Index of the segment in the image.
        segment: u8,
    },
    /// The sites of an image.
    Sites {
        /// Index of the image.
        image: u8,
    },
}

/// What can be wrong with a module entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleFault {
    /// Neither loadable nor auxiliary.
    LoadType,
    /// It runs in no domain, or an auxiliary one in some.
    Domains,
    /// It may run on no core.
    Affinity,
    /// It may have no instances.
    Instances,
    /// There is no such image.
    Image,
    /// An auxiliary module shares its image.
    Shared,
    /// Its hash is not that of its image's text.
    Hash,
    /// Its segments are not those of its image.
    Segments,
    /// Its table is not in the file's bytes of one segment that nobody writes.
    Table,
    /// It has too many pins.
    Pins,
    /// It asks for more stack or heap than there may be.
    Needs,
    /// Another one has the same UUID or name.
    Duplicate,
}

/// What can be wrong with an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageFault {
    /// No module belongs to it.
    Unused,
    /// Its bytes are not whole pages, or do not end with its last segment.
    Span,
    /// An export lies outside of its segments.
    Export,
    /// The sites do not lie behind its segments, on a page boundary.
    Sites,
}

/// What can be wrong with a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentFault {
    /// It is both written and executed.
    WriteExecute,
    /// No segment has these rights.
    Rights,
    /// It does not start on a page boundary, in memory or in the file.
    Alignment,
    /// It is empty, or has more bytes in the file than in memory, or no words.
    Size,
    /// It lies over another one, or is out of order.
    Overlap,
    /// Its bytes in the file lie over another part, or are out of order.
    FileOverlap,
}

/// What can be wrong with a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteFault {
    /// It does not lie behind the one before: out of order or twice.
    Order,
    /// It lies outside of the bytes that the file has of a segment.
    Outside,
    /// There is no such import.
    Import,
    /// The word of an import is not zero.
    NotZero,
}

impl LoadError {
    /// The status of a LOAD_LIBRARY that failed for this reason.
    #[must_use]
    pub const fn status(self) -> Status {
        match self {
            Self::LibraryId(_) | Self::Channel(_) => Status::InvalidParam,
            _ => Status::Failure,
        }
    }

    /// The status of an INIT_INSTANCE that failed, whatever the reason.
    pub const INSTANCE_STATUS: Status = Status::ModNotInitialized;
}

/// As much of a symbol as a log line has room for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ShortSymbol {
    bytes: [u8; Self::BYTES],
    whole: bool,
}

impl ShortSymbol {
    const BYTES: usize = 24;
}

impl From<Symbol<'_>> for ShortSymbol {
    fn from(symbol: Symbol<'_>) -> Self {
        let mut bytes = [0; Self::BYTES];
        for (place, byte) in bytes.iter_mut().zip(symbol.bytes()) {
            *place = byte;
        }
        Self {
            bytes,
            whole: symbol.len() <= Self::BYTES,
        }
    }
}

impl fmt::Display for ShortSymbol {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = self.bytes.iter().position(|byte| *byte == 0);
        let text = &self.bytes[..length.unwrap_or(Self::BYTES)];
        out.write_str(core::str::from_utf8(text).unwrap_or("?"))?;
        out.write_str(if self.whole { "" } else { "..." })
    }
}

impl fmt::Debug for ShortSymbol {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}
