//! Fixed places in memory, seen as slices of atomics.

use core::sync::atomic::{AtomicU8, AtomicU32};

use acelab_abi::memory::{MANIFEST, ROM_JUMP_WORD, Region, WINDOW0, WINDOW3, to_uncached};

use crate::memory::MANIFEST_VIEW;

/// The windows.
const WINDOWS: Region = Region::new(WINDOW0.base, WINDOW3.end() - WINDOW0.base);

/// Where the kernel sees `region` past the cache. The region is one that holds
/// no Rust object: the windows, or the manifest, which is read-only.
fn view(region: Region) -> usize {
    let address = if WINDOWS.contains(region.base, region.size) {
        to_uncached(region.base)
    } else if MANIFEST.contains(region.base, region.size) {
        region.base - MANIFEST.base + MANIFEST_VIEW.base
    } else {
        panic!("not a region to be viewed as words")
    };
    address as usize
}

/// The words of `region`, uncached: the host reads and writes them at any time.
/// A store to the manifest faults.
///
/// # Panics
/// When the region is not one of the windows' or the manifest's, or not of
/// whole words.
#[must_use]
pub fn words(region: Region) -> &'static [AtomicU32] {
    assert!(region.base.is_multiple_of(4) && region.size.is_multiple_of(4));
    let start = core::ptr::with_exposed_provenance(view(region));
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
    let start = core::ptr::with_exposed_provenance(view(region));
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
