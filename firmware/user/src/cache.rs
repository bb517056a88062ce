//! The core's data cache, for memory that is shared through its cached view.

use acelab_abi::syscall::Syscall;

use crate::Result;
use crate::raw::call;

const WRITE_BACK: usize = 1;
const INVALIDATE: usize = 2;

/// Writes to memory what the cache holds of `range`.
pub fn write_back(range: &mut [u32]) -> Result<()> {
    maintain(range, WRITE_BACK)
}

/// Forgets what the cache holds of `range`, so that it is read from memory
/// again. Words that share a cache line with others are written back first.
pub fn invalidate(range: &mut [u32]) -> Result<()> {
    maintain(range, INVALIDATE)
}

fn maintain(range: &mut [u32], operation: usize) -> Result<()> {
    let args = [
        range.as_mut_ptr().expose_provenance(),
        size_of_val(range),
        operation,
    ];
    // SAFETY: the caller lends the range, and plain words may change to any
    // value that memory holds.
    unsafe { call(Syscall::Cache, args) }.map(drop)
}
