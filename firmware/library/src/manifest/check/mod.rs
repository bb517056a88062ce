//! Every rule of a manifest but its digest's.

mod image;
mod module;
mod segment;

use super::Manifest;
use super::outline::Outline;
use super::tables::Counts;
use crate::error::{Counted, LoadError};
use crate::format::extension::{SIGNATURE_BYTES, SIGNATURE_KIND, SIGNATURE_OFFSET};
use crate::format::{
    Abi, BODY_OFFSET, MANIFEST_OFFSET, MAX_DEPENDENCIES, MAX_EXPORTS, MAX_IMPORTS, MAX_SEGMENTS,
    WORD,
};

/// The manifest with this outline, once all of its records are right.
pub(super) fn manifest(outline: Outline<'_>, abi: Abi) -> Result<Manifest<'_>, LoadError> {
    counts(&outline)?;
    let manifest = Manifest { outline };
    signature(&manifest)?;
    let mut end = BODY_OFFSET;
    let file_end = manifest.pages() * acelab_abi::memory::PAGE_SIZE;
    for image in manifest.images() {
        end = image::check(&image, end, file_end)?;
    }
    for module in manifest.modules() {
        module::check(&manifest, &module, abi)?;
    }
    for image in manifest.images() {
        image::check_used(&manifest, &image)?;
    }
    Ok(manifest)
}

/// Each image has as much of everything as it may, and all have as much as the
/// extension says.
fn counts(outline: &Outline<'_>) -> Result<(), LoadError> {
    let mut sum = Counts::default();
    for index in 0..outline.counts.images {
        let record = outline.image_record(index).ok_or(LoadError::Truncated)?;
        let image = Counts::of_image(&record);
        within(image.segments, 1, MAX_SEGMENTS, Counted::Segments)?;
        within(image.imports, 0, MAX_IMPORTS, Counted::Imports)?;
        within(image.exports, 0, MAX_EXPORTS, Counted::Exports)?;
        within(
            image.dependencies,
            0,
            MAX_DEPENDENCIES,
            Counted::Dependencies,
        )?;
        sum = sum.plus(&image).ok_or(LoadError::Truncated)?;
    }
    let stated = &outline.counts;
    let pairs = [
        (sum.segments, stated.segments, Counted::Segments),
        (sum.imports, stated.imports, Counted::Imports),
        (sum.exports, stated.exports, Counted::Exports),
        (sum.dependencies, stated.dependencies, Counted::Dependencies),
    ];
    for (sum, count, of) in pairs {
        if sum != count {
            return Err(LoadError::Count { of, count });
        }
    }
    Ok(())
}

fn within(count: u32, least: u32, most: u32, of: Counted) -> Result<(), LoadError> {
    match (least..=most).contains(&count) {
        true => Ok(()),
        false => Err(LoadError::Count { of, count }),
    }
}

/// The signature lies before the manifest, on word boundaries; without one its
/// words are zero.
fn signature(manifest: &Manifest<'_>) -> Result<(), LoadError> {
    let extension = manifest.extension();
    let kind = extension.word(SIGNATURE_KIND);
    let (offset, bytes) = (
        extension.word(SIGNATURE_OFFSET),
        extension.word(SIGNATURE_BYTES),
    );
    let aligned = offset.is_multiple_of(WORD) && bytes.is_multiple_of(WORD);
    let inside = offset
        .checked_add(bytes)
        .is_some_and(|end| end <= MANIFEST_OFFSET);
    match kind {
        0 if offset == 0 && bytes == 0 => Ok(()),
        1.. if aligned && inside && bytes > 0 => Ok(()),
        _ => Err(LoadError::Untrusted(kind)),
    }
}
