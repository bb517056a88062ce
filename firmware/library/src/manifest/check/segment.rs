//! Rules of a segment.

use acelab_abi::memory::PAGE_SIZE;

use crate::error::{LoadError, Part, SegmentFault};
use crate::format::{MAX_IMAGE_PAGES, Rights, WORD};
use crate::manifest::Segment;

/// Where the next one may begin.
#[derive(Clone, Copy)]
pub(super) struct Ends {
    /// In the image, in bytes; whole pages.
    pub memory: u32,
    /// In the file, in bytes.
    pub file: u32,
}

/// Checks a segment that must lie behind others; the ends with it.
pub(super) fn check(
    segment: &Segment<'_>,
    part: Part,
    ends: Ends,
    file_end: u32,
) -> Result<Ends, LoadError> {
    let wrong = |fault| Err(LoadError::Segment { part, fault });
    let bits = segment.rights_bits();
    if Rights::is_write_execute(bits) {
        return wrong(SegmentFault::WriteExecute);
    }
    if Rights::from_bits(bits).is_none() {
        return wrong(SegmentFault::Rights);
    }
    let (offset, memory) = (segment.offset(), segment.memory_bytes());
    let (file_offset, file) = (segment.file_offset(), segment.file_bytes());
    if !offset.is_multiple_of(PAGE_SIZE) || !file_offset.is_multiple_of(PAGE_SIZE) {
        return wrong(SegmentFault::Alignment);
    }
    if memory == 0 || file > memory || !file.is_multiple_of(WORD) {
        return wrong(SegmentFault::Size);
    }
    if offset < ends.memory {
        return wrong(SegmentFault::Overlap);
    }
    let limit = MAX_IMAGE_PAGES * PAGE_SIZE;
    let memory_end = match offset.checked_add(memory) {
        Some(end) if end <= limit => end.next_multiple_of(PAGE_SIZE),
        _ => return Err(LoadError::TooLarge(memory.div_ceil(PAGE_SIZE))),
    };
    if file == 0 {
        return match file_offset {
            0 => Ok(Ends {
                memory: memory_end,
                ..ends
            }),
            _ => wrong(SegmentFault::FileOverlap),
        };
    }
    if file_offset < ends.file {
        return wrong(SegmentFault::FileOverlap);
    }
    match file_offset.checked_add(file) {
        Some(end) if end <= file_end => Ok(Ends {
            memory: memory_end,
            file: end,
        }),
        _ => Err(LoadError::Truncated),
    }
}
