//! The debug window (window 2): a page of descriptors, then one page per
//! slot, and the log ring (mtrace) that lives in a slot.
//!
//! Each core logs into its own slot: core *n* uses slot *n*. A ring has one
//! writer (that core) and one reader (the host).

use crate::core_id::CoreId;

/// Size of the descriptor page and of each slot in bytes.
pub const PAGE_BYTES: u32 = 4096;
/// Log slots behind the descriptor page, one per core.
pub const SLOTS: usize = 5;

/// Size of one descriptor in bytes.
pub const DESCRIPTOR_BYTES: u32 = 12;
/// Word of a descriptor that holds the resource id (0 here).
pub const DESCRIPTOR_RESOURCE_ID: usize = 0;
/// Word of a descriptor that holds the slot type.
pub const DESCRIPTOR_TYPE: usize = 1;
/// Word of a descriptor that holds the virtual address (0 here).
pub const DESCRIPTOR_VMA: usize = 2;
/// Words in a descriptor.
pub const DESCRIPTOR_WORDS: usize = 3;

/// Type of a slot that is not in use.
pub const SLOT_UNUSED: u32 = 0;
/// Type of a log slot; the core is in the low byte.
pub const SLOT_DEBUG_LOG: u32 = 0x474F_4C00;

/// Slot type of the log of `core`.
#[must_use]
pub const fn debug_log_type(core: CoreId) -> u32 {
    SLOT_DEBUG_LOG | core.get() as u32
}

/// Byte offset of slot `slot` in the debug window.
#[must_use]
pub const fn slot_offset(slot: usize) -> u32 {
    PAGE_BYTES * (slot as u32 + 1)
}

/// Byte offset in a slot of the offset up to which the host has read.
pub const HOST_READ_PTR: u32 = 0;
/// Byte offset in a slot of the offset up to which the DSP has written.
pub const DSP_WRITE_PTR: u32 = 4;
/// Byte offset in a slot of the ring's data.
pub const DATA: u32 = 8;
/// Bytes in the ring. Both pointers are offsets into them; equal pointers
/// mean empty, so one byte less than this fits.
pub const DATA_BYTES: u32 = PAGE_BYTES - DATA;

/// A ring with less free space than this is announced to the host.
pub const NOTIFY_BELOW_FREE: u32 = 2048;

/// Bytes the host has not read yet, or `None` when a pointer is out of range
/// (which the other side must treat as an empty ring).
#[must_use]
pub const fn used(host_read_ptr: u32, dsp_write_ptr: u32) -> Option<u32> {
    if host_read_ptr >= DATA_BYTES || dsp_write_ptr >= DATA_BYTES {
        return None;
    }
    if dsp_write_ptr >= host_read_ptr {
        Some(dsp_write_ptr - host_read_ptr)
    } else {
        Some(DATA_BYTES - host_read_ptr + dsp_write_ptr)
    }
}

/// Bytes that can be written, or `None` when a pointer is out of range.
#[must_use]
pub const fn free(host_read_ptr: u32, dsp_write_ptr: u32) -> Option<u32> {
    match used(host_read_ptr, dsp_write_ptr) {
        Some(used) => Some(DATA_BYTES - 1 - used),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_and_used_share_the_ring() {
        assert_eq!((used(0, 0), free(0, 0)), (Some(0), Some(4087)));
        assert_eq!((used(10, 9), free(10, 9)), (Some(4087), Some(0)));
        assert_eq!(used(4087, 3), Some(4));
        assert_eq!(free(4088, 0), None);
        assert_eq!(used(0, 0xFFFF_FFFF), None);
    }

    #[test]
    fn slots_follow_the_descriptor_page() {
        assert_eq!(slot_offset(0), 0x1000);
        assert_eq!(slot_offset(4), 0x5000);
        assert_eq!(debug_log_type(CoreId::ALL[3]), 0x474F_4C03);
    }
}
