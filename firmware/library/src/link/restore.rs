//! Whether a linked library is still what was loaded.

use super::body::{self, Extent};
use crate::error::{LoadError, Part};
use crate::format::{BODY_WORD, Site, Target, WORD};
use crate::manifest::{Image, Manifest};
use crate::sha256::{self, Sha256};

/// Checks the digests of all parts of a library whose image `i` was relocated to
/// `base(i)`: each word is hashed as it was in the file. What imports were bound
/// to is not looked at; they have to be bound again.
///
/// # Errors
///
/// [`LoadError::Checksum`] for the first part that differs, [`LoadError::NoImage`]
/// for an image without a base.
pub fn verify_linked(
    manifest: &Manifest<'_>,
    body: &[u32],
    base: impl Fn(u32) -> Option<u32>,
) -> Result<(), LoadError> {
    for image in manifest.images() {
        let sites = sites(&image, body)?;
        let base = base(image.index()).ok_or(LoadError::NoImage)?;
        let mut rest = sites.iter().map(|word| Site(*word));
        let mut next = rest.next();
        for (number, segment) in image.segments().enumerate() {
            let wrong = LoadError::Checksum(Part::Segment {
                image: image.index() as u8,
                segment: number as u8,
            });
            let Some(extent) = body::extent(&segment) else {
                continue;
            };
            let words = words(&extent, body).ok_or(wrong)?;
            let mut hash = Sha256::new();
            for (word, value) in (extent.start..).zip(words) {
                let original = match next {
                    Some(site) if site.word() == word => {
                        next = rest.next();
                        unlinked(site, *value, base)
                    }
                    _ => *value,
                };
                hash.word(original);
            }
            if hash.finish() != segment.digest() {
                return Err(wrong);
            }
        }
    }
    Ok(())
}

fn unlinked(site: Site, value: u32, base: u32) -> u32 {
    match site.target() {
        Target::Base => value.wrapping_sub(base),
        Target::Import(_) => 0,
    }
}

fn words<'b>(extent: &Extent, body: &'b [u32]) -> Option<&'b [u32]> {
    let end = extent.place.checked_add(extent.words as usize)?;
    body.get(extent.place..end)
}

/// The sites, which linking does not change.
fn sites<'b>(image: &Image<'_>, body: &'b [u32]) -> Result<&'b [u32], LoadError> {
    let wrong = LoadError::Checksum(Part::Sites {
        image: image.index() as u8,
    });
    if image.site_count() == 0 {
        return Ok(&[]);
    }
    let start = (image.sites_offset() / WORD) as usize;
    let rest = start
        .checked_sub(BODY_WORD)
        .and_then(|start| body.get(start..));
    let sites = rest.and_then(|rest| rest.get(..image.site_count() as usize));
    let sites = sites.ok_or(wrong)?;
    match sha256::digest(sites) == image.sites_digest() {
        true => Ok(sites),
        false => Err(wrong),
    }
}
