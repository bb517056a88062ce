//! Links an image: in the store, where it lies as in the file.
//!
//! The list of sites is strictly ascending, so one pass finds whatever is twice,
//! out of order or outside of a segment, and both it and the segments are walked
//! once: O(sites).
//!
//! `body` is the file from [`BODY_OFFSET`](crate::format::BODY_OFFSET) on.

mod addresses;
mod body;
mod restore;

pub use addresses::{Addresses, exported};
pub use restore::verify_linked;

use crate::error::{LoadError, SiteFault};
use crate::format::{Site, Target};
use crate::manifest::Image;

/// Sets all words that depend on where the image lies, once: what the file has
/// there is an offset in the image. Checks the whole list of sites; so nothing of
/// an image that failed may be used.
///
/// # Errors
///
/// The first site that is wrong.
pub fn relocate(image: &Image<'_>, body: &mut [u32], base: u32) -> Result<(), LoadError> {
    let (segments, sites) = body::split(image, body).ok_or(LoadError::Truncated)?;
    let mut cursor = body::Cursor::new(image);
    let imports = image.import_count();
    let mut least = 0;
    for (index, site) in sites.iter().map(|word| Site(*word)).enumerate() {
        let wrong = |fault| LoadError::Site {
            image: image.index() as u8,
            index: index as u32,
            fault,
        };
        let word = site.word();
        if word < least {
            return Err(wrong(SiteFault::Order));
        }
        least = word + 1;
        let place = cursor.find(word).and_then(|place| segments.get_mut(place));
        let place = place.ok_or(wrong(SiteFault::Outside))?;
        match site.target() {
            Target::Base => *place = place.wrapping_add(base),
            Target::Import(import) if import >= imports => return Err(wrong(SiteFault::Import)),
            Target::Import(_) if *place != 0 => return Err(wrong(SiteFault::NotZero)),
            Target::Import(_) => {}
        }
    }
    Ok(())
}

/// Sets all words that are addresses of others, in an image that was relocated.
/// May be done again when those have moved.
///
/// # Errors
///
/// [`LoadError::Truncated`] when the image is not the one that was relocated.
pub fn bind(image: &Image<'_>, body: &mut [u32], addresses: &Addresses) -> Result<(), LoadError> {
    let (segments, sites) = body::split(image, body).ok_or(LoadError::Truncated)?;
    let mut cursor = body::Cursor::new(image);
    for site in sites.iter().map(|word| Site(*word)) {
        if let Target::Import(import) = site.target() {
            let place = cursor.find(site.word());
            let place = place.and_then(|place| segments.get_mut(place));
            *place.ok_or(LoadError::Truncated)? = addresses.of(import);
        }
    }
    Ok(())
}
