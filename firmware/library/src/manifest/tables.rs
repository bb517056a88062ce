//! How many records there are of each kind, and where they start.

use super::record::Record;
use crate::error::{Counted, LoadError};
use crate::format::extension::{self, DEPENDENCY_WORDS, image, segment, symbol};
use crate::format::{
    MANIFEST_WORDS, MAX_DEPENDENCIES, MAX_EXPORTS, MAX_IMAGES, MAX_IMPORTS, MAX_SEGMENTS,
};

/// Numbers of records of all images.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub images: u32,
    pub segments: u32,
    pub imports: u32,
    pub exports: u32,
    pub dependencies: u32,
    /// In words.
    pub names: u32,
}

impl Counts {
    /// The numbers that the extension states, each within its limit.
    pub fn read(extension: &Record<'_>) -> Result<Self, LoadError> {
        let read = |place, of, limit| {
            let count = extension.word(place);
            match count <= limit {
                true => Ok(count),
                false => Err(LoadError::Count { of, count }),
            }
        };
        let images = read(extension::IMAGES, Counted::Images, MAX_IMAGES)?;
        if images == 0 {
            return Err(LoadError::Count {
                of: Counted::Images,
                count: 0,
            });
        }
        let all = |place, of, limit: u32| read(place, of, images * limit);
        Ok(Self {
            images,
            segments: all(extension::SEGMENTS, Counted::Segments, MAX_SEGMENTS)?,
            imports: all(extension::IMPORTS, Counted::Imports, MAX_IMPORTS)?,
            exports: all(extension::EXPORTS, Counted::Exports, MAX_EXPORTS)?,
            dependencies: all(
                extension::DEPENDENCIES,
                Counted::Dependencies,
                MAX_DEPENDENCIES,
            )?,
            names: read(extension::NAMES, Counted::Names, MANIFEST_WORDS as u32)?,
        })
    }

    /// The sum, piece by piece; `None` when it does not fit.
    pub fn plus(self, more: &Self) -> Option<Self> {
        Some(Self {
            images: self.images.checked_add(more.images)?,
            segments: self.segments.checked_add(more.segments)?,
            imports: self.imports.checked_add(more.imports)?,
            exports: self.exports.checked_add(more.exports)?,
            dependencies: self.dependencies.checked_add(more.dependencies)?,
            names: self.names.checked_add(more.names)?,
        })
    }

    /// What one image has of each; without names.
    pub fn of_image(record: &Record<'_>) -> Self {
        Self {
            images: 1,
            segments: record.word(image::SEGMENTS),
            imports: record.word(image::IMPORTS),
            exports: record.word(image::EXPORTS),
            dependencies: record.word(image::DEPENDENCIES),
            names: 0,
        }
    }
}

/// Places of the tables, in words from the start of the extension.
#[derive(Clone, Copy, Debug)]
pub(super) struct Places {
    pub modules: usize,
    pub images: usize,
    pub segments: usize,
    pub imports: usize,
    pub exports: usize,
    pub dependencies: usize,
    pub names: usize,
    pub end: usize,
}

impl Places {
    /// Where the tables of so many records are. The counts are within their
    /// limits, so no sum is large.
    pub fn new(modules: u32, counts: &Counts) -> Self {
        let after = |start: usize, count: u32, words: usize| start + count as usize * words;
        let start = extension::WORDS;
        let images = after(start, modules, extension::module::WORDS);
        let segments = after(images, counts.images, image::WORDS);
        let imports = after(segments, counts.segments, segment::WORDS);
        let exports = after(imports, counts.imports, symbol::WORDS);
        let dependencies = after(exports, counts.exports, symbol::WORDS);
        let names = after(dependencies, counts.dependencies, DEPENDENCY_WORDS);
        Self {
            modules: start,
            images,
            segments,
            imports,
            exports,
            dependencies,
            names,
            end: after(names, counts.names, 1),
        }
    }
}
