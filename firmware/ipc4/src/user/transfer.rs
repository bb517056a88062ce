//! LARGE_CONFIG_SET in several blocks.

use acelab_abi::ipc4::layout;
use acelab_abi::ipc4::pipeline::InstanceKey;
use acelab_abi::ipc4::{MAX_PAYLOAD_BYTES, Status};
use acelab_audio::Fragment;

use super::field;
use crate::forward::Command;

/// The arguments of a LARGE_CONFIG message.
#[derive(Clone, Copy)]
pub(super) struct Block {
    pub(super) key: InstanceKey,
    pub(super) param: u32,
    pub(super) first: bool,
    pub(super) last: bool,
    /// Size of the whole in a first block, else offset of the block.
    pub(super) size_or_offset: u32,
}

impl Block {
    pub(super) const fn of(command: &Command) -> Self {
        Self {
            key: super::key(command),
            param: field(layout::LARGE_PARAM, command),
            first: field(layout::LARGE_INIT, command) != 0,
            last: field(layout::LARGE_FINAL, command) != 0,
            size_or_offset: field(layout::LARGE_SIZE, command),
        }
    }

    /// As the engine takes it.
    pub(super) const fn fragment(&self) -> Fragment {
        Fragment {
            first: self.first,
            last: self.last,
            size_or_offset: self.size_or_offset,
        }
    }
}

/// A transfer of which blocks are still to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Transfer {
    key: InstanceKey,
    param: u32,
    total: u32,
    next: u32,
    /// For VENDOR_CONFIG the parameter that its tuple is for.
    vendor: Option<u32>,
}

impl Transfer {
    /// The same transfer, for the parameter of a tuple.
    pub(super) const fn with_vendor(self, vendor: Option<u32>) -> Self {
        Self { vendor, ..self }
    }

    /// For VENDOR_CONFIG the parameter that its tuple is for.
    pub(super) const fn vendor(self) -> Option<u32> {
        self.vendor
    }

    /// Bytes of `block` in the inbox, and the transfer that goes on after it:
    /// a first or middle block is as large as a message may be, the last one
    /// what is left. A block that does not continue `running` is refused.
    pub(super) fn step(
        running: Option<Self>,
        block: &Block,
    ) -> Result<(u32, Option<Self>), Status> {
        if block.first && block.last {
            return Ok((block.size_or_offset, None));
        }
        let transfer = if block.first {
            let total = block.size_or_offset;
            if total <= MAX_PAYLOAD_BYTES {
                // One block would hold it.
                return Err(Status::InvalidConfigDataStruct);
            }
            Self {
                key: block.key,
                param: block.param,
                total,
                next: 0,
                vendor: None,
            }
        } else {
            running
                .filter(|transfer| {
                    (transfer.key, transfer.param, transfer.next)
                        == (block.key, block.param, block.size_or_offset)
                })
                .ok_or(Status::InvalidRequest)?
        };
        let left = transfer.total - transfer.next;
        let bytes = left.min(MAX_PAYLOAD_BYTES);
        if block.last != (bytes == left) {
            return Err(Status::InvalidConfigDataStruct);
        }
        let next = Self {
            next: transfer.next + bytes,
            ..transfer
        };
        Ok((bytes, (!block.last).then_some(next)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: InstanceKey = InstanceKey::new(3, 1);

    fn block(first: bool, last: bool, size_or_offset: u32) -> Block {
        Block {
            key: KEY,
            param: 9,
            first,
            last,
            size_or_offset,
        }
    }

    #[test]
    fn blocks_are_full_but_for_the_last() {
        let (bytes, running) = Transfer::step(None, &block(true, false, 9000)).unwrap();
        assert_eq!(bytes, 4096);
        let (bytes, running) = Transfer::step(running, &block(false, false, 4096)).unwrap();
        assert_eq!(bytes, 4096);
        let (bytes, running) = Transfer::step(running, &block(false, true, 8192)).unwrap();
        assert_eq!((bytes, running), (808, None));
    }

    #[test]
    fn what_does_not_continue_is_refused() {
        let (_, running) = Transfer::step(None, &block(true, false, 9000)).unwrap();
        let refused = |running, block: &Block| Transfer::step(running, block).unwrap_err();
        assert_eq!(
            refused(None, &block(false, false, 4096)),
            Status::InvalidRequest
        );
        assert_eq!(
            refused(running, &block(false, false, 8192)),
            Status::InvalidRequest
        );
        let other = Block {
            param: 8,
            ..block(false, false, 4096)
        };
        assert_eq!(refused(running, &other), Status::InvalidRequest);
        // Too early for the last one, and no last one.
        let early = block(false, true, 4096);
        assert_eq!(refused(running, &early), Status::InvalidConfigDataStruct);
        let (_, running) = Transfer::step(running, &block(false, false, 4096)).unwrap();
        let endless = block(false, false, 8192);
        assert_eq!(refused(running, &endless), Status::InvalidConfigDataStruct);
        let small = block(true, false, 4096);
        assert_eq!(refused(None, &small), Status::InvalidConfigDataStruct);
    }
}
