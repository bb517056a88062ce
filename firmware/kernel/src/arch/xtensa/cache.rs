//! The caches of the executing core. The cores' caches know nothing of each
//! other, nor of what the host or a DMA engine does to memory; and an instruction
//! cache knows nothing of what is stored.

use super::asm;

/// Bytes in a line (XCHAL_DCACHE_LINESIZE of the core).
const LINE: u32 = 64;

/// What was written to `len` bytes at `address` goes to memory.
pub fn write_back(address: u32, len: u32) {
    for line in lines(address, len) {
        asm::xt_write_back(line);
    }
}

/// What the cache has of `len` bytes at `address` is dropped. Lines that hold
/// other bytes too are written back before.
///
/// # Safety
/// The bytes are such that may change at any time, and what was written to them
/// and not written back may be lost.
pub unsafe fn invalidate(address: u32, len: u32) {
    let end = address + len;
    for line in lines(address, len) {
        if line < address || end - line < LINE {
            asm::xt_write_back_invalidate(line);
        } else {
            // SAFETY: the whole line is in the range.
            unsafe { asm::xt_invalidate(line) };
        }
    }
}

/// What was written goes to memory, and data and instructions are read from there
/// again.
pub fn empty() {
    asm::xt_empty_caches();
}

/// The lines that `len` bytes at `address` touch.
fn lines(address: u32, len: u32) -> impl Iterator<Item = u32> {
    let first = address / LINE;
    let count = match len {
        0 => 0,
        _ => (address % LINE + len).div_ceil(LINE),
    };
    (0..count).map(move |index| (first + index) * LINE)
}
