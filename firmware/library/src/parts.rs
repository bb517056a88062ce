//! Checksums of the parts of a file, while it arrives.

use crate::error::{LoadError, Part};
use crate::format::{Digest, WORD};
use crate::manifest::{Image, Manifest};
use crate::sha256::Sha256;

/// Where a part lies in the file, and what it must be.
#[derive(Clone, Copy, Debug)]
struct Place {
    part: Part,
    /// In words from the start of the file.
    start: u32,
    words: u32,
    digest: Digest,
}

impl Place {
    fn end(&self) -> u32 {
        self.start + self.words
    }
}

/// The parts of an image that have bytes in the file, in order.
fn places(image: Image<'_>) -> impl Iterator<Item = Place> {
    let index = image.index() as u8;
    let segments = image.segments().enumerate();
    let segments = segments.map(move |(number, segment)| Place {
        part: Part::Segment {
            image: index,
            segment: number as u8,
        },
        start: segment.file_offset() / WORD,
        words: segment.file_words(),
        digest: segment.digest(),
    });
    let sites = Place {
        part: Part::Sites { image: index },
        start: image.sites_offset() / WORD,
        words: image.site_count(),
        digest: image.sites_digest(),
    };
    let all = segments.chain([sites]);
    all.filter(|place| place.words > 0)
}

/// Number `index` of the parts of all images.
fn place(manifest: &Manifest<'_>, index: usize) -> Option<Place> {
    manifest.images().flat_map(places).nth(index)
}

/// The check of a file that is handed over piece by piece.
#[derive(Clone, Debug)]
pub struct Parts<'a> {
    manifest: Manifest<'a>,
    /// Words of the file that were handed over.
    position: u32,
    /// Index of the part that is not complete yet.
    index: usize,
    current: Option<Place>,
    hash: Sha256,
}

impl<'a> Parts<'a> {
    /// The check of the file with this manifest, from its first byte.
    #[must_use]
    pub fn new(manifest: &Manifest<'a>) -> Self {
        Self {
            manifest: *manifest,
            position: 0,
            index: 0,
            current: place(manifest, 0),
            hash: Sha256::new(),
        }
    }

    /// Takes the next words of the file.
    ///
    /// # Errors
    ///
    /// [`LoadError::Checksum`] for the first part that is not what its digest says.
    pub fn feed(&mut self, words: &[u32]) -> Result<(), LoadError> {
        let from = self.position;
        // A file has no more words than its pages, which fit; what is behind is
        // looked at by nobody.
        let to = from.saturating_add(words.len() as u32);
        self.position = to;
        while let Some(current) = self.current {
            let start = current.start.max(from);
            let end = current.end().min(to);
            if start < end {
                let piece = words.get((start - from) as usize..(end - from) as usize);
                self.hash.words(piece.unwrap_or(&[]));
            }
            if to < current.end() {
                break;
            }
            self.close(&current)?;
        }
        Ok(())
    }

    fn close(&mut self, current: &Place) -> Result<(), LoadError> {
        let hash = core::mem::take(&mut self.hash);
        if hash.finish() != current.digest {
            return Err(LoadError::Checksum(current.part));
        }
        self.index += 1;
        self.current = place(&self.manifest, self.index);
        Ok(())
    }

    /// Whether all parts have come.
    ///
    /// # Errors
    ///
    /// [`LoadError::Truncated`] when one is missing or not complete.
    pub fn finish(self) -> Result<(), LoadError> {
        match self.current {
            None => Ok(()),
            Some(_) => Err(LoadError::Truncated),
        }
    }
}
