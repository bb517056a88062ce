//! Payloads out of the inbox, replies into the reply page.

use alloc::vec::Vec;
use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::ipc4::{MAX_PAYLOAD_BYTES, Status};

use crate::inbox::Inbox;

/// A copy of the first `bytes` bytes of the inbox, each word fetched once.
/// Without memory OUT_OF_MEMORY, for more bytes than a message may have
/// INVALID_CONFIG_DATA_STRUCT.
pub(super) fn copy(inbox: Inbox<'_>, bytes: u32) -> Result<Vec<u8>, Status> {
    if bytes > MAX_PAYLOAD_BYTES.min(inbox.bytes()) {
        return Err(Status::InvalidConfigDataStruct);
    }
    let len = bytes as usize;
    let mut copy = Vec::new();
    let rounded = len.next_multiple_of(4);
    copy.try_reserve_exact(rounded)
        .map_err(|_| Status::OutOfMemory)?;
    for index in 0..rounded / 4 {
        let word = inbox.word(index).ok_or(Status::InvalidConfigDataStruct)?;
        copy.extend_from_slice(&word.to_le_bytes());
    }
    copy.truncate(len);
    Ok(copy)
}

/// A buffer for a reply's payload, as large as `page` is.
pub(super) fn buffer(page: &[AtomicU32]) -> Result<Vec<u8>, Status> {
    let len = (page.len() * 4).min(MAX_PAYLOAD_BYTES as usize);
    let mut buffer = Vec::new();
    buffer
        .try_reserve_exact(len)
        .map_err(|_| Status::OutOfMemory)?;
    buffer.resize(len, 0);
    Ok(buffer)
}

/// Puts a payload into the reply page; its bytes.
pub(super) fn put(page: &[AtomicU32], payload: &[u8]) -> Result<u32, Status> {
    if payload.len() > page.len() * 4 {
        return Err(Status::InvalidConfigDataStruct);
    }
    for (slot, chunk) in page.iter().zip(payload.chunks(4)) {
        let mut word = [0; 4];
        word[..chunk.len()].copy_from_slice(chunk);
        slot.store(u32::from_le_bytes(word), Ordering::Relaxed);
    }
    u32::try_from(payload.len()).map_err(|_| Status::InvalidConfigDataStruct)
}
