//! Views of buffers: a record of one lies as the SDK's own view does.

use core::slice;

use acelab_module_sdk::{Sink, Source};

use crate::record::View;

/// The inputs that records show.
///
/// # Safety
/// Each record is filled as [`View`] says, its pieces are samples of its format, and
/// nobody else uses the records.
pub(super) unsafe fn sources<'a>(records: *mut View, count: usize) -> &'a mut [Source<'a>] {
    // SAFETY: the caller's promise; a record lies as a source, see `record`.
    unsafe { slice::from_raw_parts_mut(records.cast(), count) }
}

/// The outputs that records show.
///
/// # Safety
/// As for [`sources`]; the pieces are used by nobody else.
pub(super) unsafe fn sinks<'a>(records: *mut View, count: usize) -> &'a mut [Sink<'a>] {
    // SAFETY: the caller's promise; a record lies as a sink, see `record`.
    unsafe { slice::from_raw_parts_mut(records.cast(), count) }
}
