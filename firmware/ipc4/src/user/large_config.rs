//! LARGE_CONFIG of module instances.

use acelab_abi::ipc4::base_fw::{DATA_OFF_SIZE_MASK, FINAL_BLOCK};
use acelab_abi::ipc4::module_config::param::VENDOR_CONFIG;
use acelab_abi::ipc4::{MAX_PAYLOAD_BYTES, Status};

use super::transfer::{Block, Transfer};
use super::{Audio, Done, Executor, Outcome, payload};
use crate::forward::Command;

impl<A: Audio> Executor<'_, A> {
    pub(super) fn large_config_get(&mut self, command: &Command) -> Outcome {
        let block = Block::of(command);
        let mut out = payload::buffer(self.reply)?;
        let len = if block.param == VENDOR_CONFIG {
            self.vendor_get(&block, &mut out)?
        } else {
            let (key, param) = (block.key, block.param);
            self.audio
                .large_config_get(key, param, block.fragment(), &mut out)
                .map_err(|error| self.refused(format_args!("comp {key} param {param}"), error))?
        };
        self.reply_payload(command, out.get(..len).unwrap_or_default())
    }

    /// Puts the payload of a LARGE_CONFIG_GET into the reply page. Its size
    /// takes the place of the size field, and what does not fill the outbox is
    /// final.
    pub(super) fn reply_payload(&self, command: &Command, bytes: &[u8]) -> Outcome {
        let payload = payload::put(self.reply, bytes)?;
        let mut extension = command.extension & !DATA_OFF_SIZE_MASK | payload;
        if payload < MAX_PAYLOAD_BYTES {
            extension |= FINAL_BLOCK;
        }
        Ok(Done {
            extension: Some(extension),
            payload,
        })
    }

    pub(super) fn large_config_set(&mut self, command: &Command) -> Outcome {
        let block = Block::of(command);
        let (key, param) = (block.key, block.param);
        // A block that fails ends its transfer.
        let running = self.transfer.take();
        let vendor = running.and_then(Transfer::vendor);
        let (bytes, next) = Transfer::step(running, &block).inspect_err(|status| {
            self.error(format_args!("comp {key} param {param}: block: {status}"));
        })?;
        let data = payload::copy(self.inbox, bytes).inspect_err(|status| {
            self.error(format_args!(
                "comp {key} param {param}: {bytes} bytes: {status}"
            ));
        })?;
        if param == VENDOR_CONFIG {
            let vendor = self.vendor_set(&block, vendor, &data)?;
            self.transfer = next.map(|next| next.with_vendor(vendor));
        } else {
            self.set(&block, param, block.fragment(), &data)?;
            self.transfer = next;
        }
        Ok(Done::NOTHING)
    }

    /// Hands data to the module.
    pub(super) fn set(
        &mut self,
        block: &Block,
        param: u32,
        fragment: acelab_audio::Fragment,
        data: &[u8],
    ) -> Result<(), Status> {
        let key = block.key;
        self.audio
            .large_config_set(key, param, fragment, data)
            .map_err(|error| self.refused(format_args!("comp {key} param {param}"), error))
    }
}
