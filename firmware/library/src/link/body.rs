//! Where the words of an image lie in the body of its file.

use crate::format::{BODY_WORD, MAX_SEGMENTS, WORD};
use crate::manifest::{Image, Segment};

/// Words of an image that the file has.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    /// First word, from the start of the image.
    pub start: u32,
    /// How many.
    pub words: u32,
    /// First word, from the start of the body.
    pub place: usize,
}

/// Finds the places of ascending words of an image.
pub(super) struct Cursor {
    extents: [Extent; MAX_SEGMENTS as usize],
    current: usize,
}

impl Cursor {
    pub fn new(image: &Image<'_>) -> Self {
        const NONE: Extent = Extent {
            start: 0,
            words: 0,
            place: 0,
        };
        let mut extents = [NONE; MAX_SEGMENTS as usize];
        for (slot, extent) in extents.iter_mut().zip(self::extents(*image)) {
            *slot = extent;
        }
        Self {
            extents,
            current: 0,
        }
    }

    /// Where `word` of the image lies in the body, if the file has it. No call may
    /// ask for a word before one that was asked for.
    pub fn find(&mut self, word: u32) -> Option<usize> {
        loop {
            let extent = self.extents.get(self.current)?;
            let distance = word.wrapping_sub(extent.start);
            if distance < extent.words {
                return Some(extent.place + distance as usize);
            }
            self.current += 1;
        }
    }
}

/// What the file has of each segment that it has anything of.
fn extents(image: Image<'_>) -> impl Iterator<Item = Extent> {
    image.segments().filter_map(|segment| extent(&segment))
}

/// What the file has of a segment, `None` for nothing.
pub(super) fn extent(segment: &Segment<'_>) -> Option<Extent> {
    let place = (segment.file_offset() / WORD) as usize;
    Some(Extent {
        start: segment.offset() / WORD,
        words: segment.file_words(),
        place: place.checked_sub(BODY_WORD)?,
    })
}

/// What lies before the sites of the image, so all of its segments; and the sites.
pub(super) fn split<'b>(
    image: &Image<'_>,
    body: &'b mut [u32],
) -> Option<(&'b mut [u32], &'b [u32])> {
    if image.site_count() == 0 {
        return Some((body, &[]));
    }
    let start = (image.sites_offset() / WORD) as usize;
    let (segments, sites) = body.split_at_mut_checked(start.checked_sub(BODY_WORD)?)?;
    let sites = sites.get(..image.site_count() as usize)?;
    Some((segments, sites))
}
