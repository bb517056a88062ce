//! The texts of the log.

use core::fmt;

use super::{Counted, ImageFault, LoadError, ModuleFault, Part, Record, SegmentFault, SiteFault};

impl fmt::Display for LoadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LibraryId(id) => write!(out, "invalid lib_id: {id}"),
            Self::Channel(id) => write!(out, "invalid dma_id: {id}"),
            Self::ChannelBusy(id) => write!(out, "DMA channel {id} cannot be used"),
            Self::Loaded(id) => write!(out, "repeated load of library {id}"),
            Self::Stalled { received } => {
                write!(out, "timeout during DMA transfer after {received} bytes")
            }
            Self::Truncated => out.write_str("the file is truncated"),
            Self::PreloadPages(pages) => write!(out, "Invalid preload page count {pages}."),
            Self::TooLarge(pages) => write!(out, "too large: {pages} pages"),
            Self::Magic { record, word } => write!(out, "no {record}: found {word:#x}"),
            Self::HeaderLength(bytes) => write!(out, "a header of {bytes} bytes"),
            Self::FormatVersion(version) => write!(out, "unknown format version {version}"),
            Self::AbiVersion(version) => {
                write!(out, "Unsupported module API version {version:#x}")
            }
            Self::Count { of, count } => write!(out, "wrong number of {of}: {count}"),
            Self::ManifestLength(bytes) => write!(out, "a manifest of {bytes} bytes"),
            Self::ManifestChecksum => out.write_str("wrong checksum of the manifest"),
            Self::Untrusted(kind) => write!(out, "Untrusted library! signature kind {kind}"),
            Self::Name(record) => write!(out, "bad name of {record}"),
            Self::Module { index, fault } => write!(out, "module {index}: {fault}"),
            Self::Image { index, fault } => write!(out, "image {index}: {fault}"),
            Self::Segment { part, fault } => write!(out, "{part}: {fault}"),
            Self::Checksum(part) => write!(out, "wrong checksum of {part}"),
            Self::Site {
                image,
                index,
                fault,
            } => write!(out, "site {index} of image {image}: {fault}"),
            Self::UnknownImport(symbol) => write!(out, "unknown import {symbol}"),
            Self::CyclicDependency(name) => write!(out, "cyclic dependency: {name}"),
            Self::UnmetDependency(name) => {
                write!(out, "Unmet dependency: cannot find dependency {name}")
            }
            Self::DependencyDepth => out.write_str("too many dependencies"),
            Self::NoImage => out.write_str("no such loadable module"),
            Self::InstanceExists => out.write_str("the instance has an image already"),
            Self::TableFull => out.write_str("too many images or instances"),
            Self::NotMapped => out.write_str("the domain does not take it"),
            Self::Ring0 => out.write_str("no code of a library in this build: audio has ring 0"),
            Self::NoPages => out.write_str("not enough free pages"),
            Self::WindowFull(pages) => write!(out, "module window full: {pages} pages needed"),
            Self::StoreFull(pages) => write!(out, "library store full: {pages} pages needed"),
        }
    }
}

impl core::error::Error for LoadError {}

impl fmt::Display for Record {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => out.write_str("$AM1 header"),
            Self::Module(index) => write!(out, "$AME entry {index}"),
            Self::Extension => out.write_str("$ALX extension"),
            Self::Import(image) => write!(out, "import of image {image}"),
            Self::Export(image) => write!(out, "export of image {image}"),
            Self::Dependency(image) => write!(out, "dependency of image {image}"),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Segment { image, segment } => write!(out, "segment {segment} of image {image}"),
            Self::Sites { image } => write!(out, "sites of image {image}"),
        }
    }
}

/// Texts without values.
macro_rules! texts {
    ($($name:ident { $($variant:ident: $text:literal,)+ })+) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(match self {
                    $(Self::$variant => $text,)+
                })
            }
        }
    )+};
}

texts! {
    Counted {
        Modules: "modules",
        Images: "images",
        Segments: "segments",
        Imports: "imports",
        Exports: "exports",
        Dependencies: "dependencies",
        Names: "words of names",
        Sites: "sites",
    }
    ModuleFault {
        LoadType: "unknown load type",
        Domains: "wrong domains",
        Affinity: "runs on no core",
        Instances: "may have no instances",
        Image: "no such image",
        Shared: "an auxiliary module shares its image",
        Hash: "its hash is not that of its text",
        Segments: "its segments are not those of its image",
        Table: "its table is not in one read-only segment",
        Pins: "too many pins",
        Needs: "needs too much memory",
        Duplicate: "same name or UUID as another one",
    }
    ImageFault {
        Unused: "no module belongs to it",
        Span: "its pages are not those of its segments",
        Export: "an export outside of its segments",
        Sites: "its sites do not lie behind its segments",
    }
    SegmentFault {
        WriteExecute: "both writable and executable",
        Rights: "unknown rights",
        Alignment: "not on a page boundary",
        Size: "wrong size",
        Overlap: "overlaps or is out of order",
        FileOverlap: "overlaps or is out of order in the file",
    }
    SiteFault {
        Order: "not behind the one before",
        Outside: "outside of every segment",
        Import: "no such import",
        NotZero: "the word of an import is not zero",
    }
}
