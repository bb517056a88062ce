//! Rules of an image.

use acelab_abi::memory::PAGE_SIZE;

use super::segment::{self, Ends};
use crate::error::{Counted, ImageFault, LoadError, Part, Record};
use crate::format::{MAX_SYMBOL, WORD};
use crate::manifest::{Image, Manifest};

/// Checks an image whose parts must lie at `end` in the file or behind; where
/// they end.
pub(super) fn check(image: &Image<'_>, end: u32, file_end: u32) -> Result<u32, LoadError> {
    let index = image.index() as u8;
    let mut ends = Ends {
        memory: 0,
        file: end,
    };
    for (number, segment) in image.segments().enumerate() {
        let part = Part::Segment {
            image: index,
            segment: number as u8,
        };
        ends = segment::check(&segment, part, ends, file_end)?;
    }
    if image.span() != ends.memory {
        return Err(LoadError::Image {
            index,
            fault: ImageFault::Span,
        });
    }
    let end = sites(image, ends.file, file_end)?;
    symbols(image)?;
    match image.dependencies().count() as u32 == image.dependency_count() {
        true => Ok(end),
        false => Err(LoadError::Name(Record::Dependency(index))),
    }
}

/// Where the list of sites ends, which must not begin before `end`.
fn sites(image: &Image<'_>, end: u32, file_end: u32) -> Result<u32, LoadError> {
    let (offset, count) = (image.sites_offset(), image.site_count());
    if count > image.span() / WORD {
        return Err(LoadError::Count {
            of: Counted::Sites,
            count,
        });
    }
    let placed = match count {
        0 => offset == 0,
        _ => offset >= end && offset.is_multiple_of(PAGE_SIZE),
    };
    if !placed {
        return Err(LoadError::Image {
            index: image.index() as u8,
            fault: ImageFault::Sites,
        });
    }
    if count == 0 {
        return Ok(end);
    }
    match offset.checked_add(count * WORD) {
        Some(end) if end <= file_end => Ok(end),
        _ => Err(LoadError::Truncated),
    }
}

/// All imports and exports have a name, and exports are in a segment.
fn symbols(image: &Image<'_>) -> Result<(), LoadError> {
    let index = image.index() as u8;
    let short = |length: usize| length <= MAX_SYMBOL as usize;
    for number in 0..image.import_count() {
        match image.import(number) {
            Some(import) if short(import.symbol.len()) => {}
            _ => return Err(LoadError::Name(Record::Import(index))),
        }
    }
    for number in 0..image.export_count() {
        let export = match image.export(number) {
            Some(export) if short(export.symbol.len()) => export,
            _ => return Err(LoadError::Name(Record::Export(index))),
        };
        let mut segments = image.segments();
        let inside = segments.any(|segment| {
            let distance = export.offset.checked_sub(segment.offset());
            distance.is_some_and(|distance| distance < segment.memory_bytes())
        });
        if !inside {
            return Err(LoadError::Image {
                index,
                fault: ImageFault::Export,
            });
        }
    }
    Ok(())
}

/// Some module belongs to the image.
pub(super) fn check_used(manifest: &Manifest<'_>, image: &Image<'_>) -> Result<(), LoadError> {
    let mut modules = manifest.modules();
    match modules.any(|module| module.image() == image.index()) {
        true => Ok(()),
        false => Err(LoadError::Image {
            index: image.index() as u8,
            fault: ImageFault::Unused,
        }),
    }
}
