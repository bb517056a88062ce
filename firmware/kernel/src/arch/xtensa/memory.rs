//! Fixed places in memory, seen as slices of atomics.

use core::sync::atomic::{AtomicU8, AtomicU32};

use acelab_abi::memory::{HP_SRAM_RESERVED, MANIFEST, ROM_JUMP_WORD, Region, to_uncached};

/// Regions that hold no Rust object and may therefore be viewed as words: the
/// windows and the manifest.
const VIEWABLE: [Region; 2] = [HP_SRAM_RESERVED, MANIFEST];

fn check(region: Region) {
    assert!(
        VIEWABLE
            .iter()
            .any(|whole| whole.contains(region.base, region.size)),
        "not a region to be viewed as words"
    );
}

/// The words of `region`, uncached: the host reads and writes them at any time.
///
/// # Panics
/// When the region is not one of the windows' or the manifest's, or not of
/// whole words.
#[must_use]
pub fn words(region: Region) -> &'static [AtomicU32] {
    check(region);
    assert!(region.base.is_multiple_of(4) && region.size.is_multiple_of(4));
    let start = core::ptr::with_exposed_provenance(to_uncached(region.base) as usize);
    // SAFETY: the range is RAM that holds no Rust object, is aligned, and lives
    // for ever. Atomics may change under the reference.
    unsafe { core::slice::from_raw_parts(start, region.size as usize / 4) }
}

/// The bytes of `region`, uncached, as [`words`].
///
/// # Panics
/// When the region is not one of the windows' or the manifest's.
#[must_use]
pub fn bytes(region: Region) -> &'static [AtomicU8] {
    check(region);
    let start = core::ptr::with_exposed_provenance(to_uncached(region.base) as usize);
    // SAFETY: as in `words`; a byte needs no alignment.
    unsafe { core::slice::from_raw_parts(start, region.size as usize) }
}

/// The word in LP-SRAM from which the ROM takes the address of a secondary
/// core's first instruction, uncached.
#[must_use]
pub fn rom_jump_word() -> &'static AtomicU32 {
    let word = core::ptr::with_exposed_provenance::<AtomicU32>(to_uncached(ROM_JUMP_WORD) as usize);
    // SAFETY: LP-SRAM holds no Rust object; the word is aligned and lives for
    // ever.
    unsafe { &*word }
}
