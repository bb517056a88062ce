//! VENDOR_CONFIG: parameters as tuples of {type, length, data}, where the type
//! is the parameter.

use acelab_abi::ipc4::tlv::{HEAD_BYTES, Tlv};
use acelab_abi::ipc4::wire::{Reader, Truncated};
use acelab_abi::ipc4::{MAX_PAYLOAD_BYTES, Status};
use acelab_audio::Fragment;

use super::transfer::Block;
use super::{Audio, Executor, payload};

impl<A: Audio> Executor<'_, A> {
    /// The payload is a list of types; the answer a tuple for each. The bytes
    /// of the answer.
    pub(super) fn vendor_get(&mut self, block: &Block, out: &mut [u8]) -> Result<usize, Status> {
        let bytes = block.size_or_offset;
        if !block.first || bytes > MAX_PAYLOAD_BYTES.min(self.inbox.bytes()) {
            return self.vendor_refused(Status::InvalidConfigDataStruct);
        }
        let types = payload::copy(self.inbox, bytes)?;
        let mut reader = Reader::new(&types);
        if reader.rest().is_empty() {
            return self.vendor_refused(Status::InvalidConfigDataLen);
        }
        let mut used = 0;
        while !reader.rest().is_empty() {
            let Ok(kind) = reader.u32() else {
                return self.vendor_refused(Status::InvalidRequest);
            };
            let Some((head, data)) = out
                .get_mut(used..)
                .and_then(|rest| rest.split_at_mut_checked(HEAD_BYTES))
            else {
                return self.vendor_refused(Status::InvalidConfigDataStruct);
            };
            let room = u32::try_from(data.len()).unwrap_or(u32::MAX);
            let key = block.key;
            let len = self
                .audio
                .large_config_get(key, kind, Fragment::single(room), data)
                .map_err(|error| self.refused(format_args!("comp {key} param {kind}"), error))?;
            let length = u32::try_from(len).unwrap_or(u32::MAX);
            head[..4].copy_from_slice(&kind.to_le_bytes());
            head[4..].copy_from_slice(&length.to_le_bytes());
            used += HEAD_BYTES + len;
        }
        Ok(used)
    }

    /// One message may hold several tuples; one that is larger than a message
    /// comes in blocks, and `running` is its type after the first. The type if
    /// blocks are to follow.
    pub(super) fn vendor_set(
        &mut self,
        block: &Block,
        running: Option<u32>,
        data: &[u8],
    ) -> Result<Option<u32>, Status> {
        match (block.first, block.last) {
            (true, true) => self.vendor_tuples(block, data).map(|()| None),
            (true, false) => self.vendor_first(block, data).map(Some),
            (false, last) => {
                let kind = running.ok_or(Status::InvalidRequest)?;
                let head = HEAD_BYTES as u32;
                let fragment = Fragment {
                    first: false,
                    last,
                    size_or_offset: block.size_or_offset.saturating_sub(head),
                };
                self.set(block, kind, fragment, data)?;
                Ok(running)
            }
        }
    }

    fn vendor_tuples(&mut self, block: &Block, data: &[u8]) -> Result<(), Status> {
        // All are looked at before the first is applied.
        let mut reader = Reader::new(data);
        while !reader.rest().is_empty() {
            match Tlv::read(&mut reader) {
                Err(Truncated) => return self.vendor_refused(Status::InvalidRequest),
                Ok(tlv) if tlv.data.is_empty() => {
                    return self.vendor_refused(Status::InvalidConfigDataLen);
                }
                Ok(_) => {}
            }
        }
        let mut reader = Reader::new(data);
        while let Ok(tlv) = Tlv::read(&mut reader) {
            let len = u32::try_from(tlv.data.len()).unwrap_or(u32::MAX);
            self.set(block, tlv.kind, Fragment::single(len), tlv.data)?;
        }
        Ok(())
    }

    fn vendor_first(&mut self, block: &Block, data: &[u8]) -> Result<u32, Status> {
        let mut reader = Reader::new(data);
        let Ok([kind, length]) = reader.words() else {
            return self.vendor_refused(Status::InvalidRequest);
        };
        if length == 0 {
            return self.vendor_refused(Status::InvalidConfigDataLen);
        }
        if block.size_or_offset.checked_sub(HEAD_BYTES as u32) != Some(length) {
            return self.vendor_refused(Status::InvalidRequest);
        }
        let fragment = Fragment {
            first: true,
            last: false,
            size_or_offset: length,
        };
        self.set(block, kind, fragment, reader.rest())?;
        Ok(kind)
    }

    fn vendor_refused<T>(&self, status: Status) -> Result<T, Status> {
        self.error(format_args!("vendor config: {status}"));
        Err(status)
    }
}
