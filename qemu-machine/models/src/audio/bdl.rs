//! Buffer descriptors: where in the host's memory a stream's data is.

use acelab_abi::regs::hda_host::{BDL_ALIGN, BDL_ENTRY, IOC};
use acelab_abi::trace::StreamFault;

use super::host_memory::HostMemory;

/// One buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Buffer {
    pub(super) address: u64,
    pub(super) len: u32,
    /// Tell the host when it is done.
    pub(super) tell: bool,
}

/// A list of descriptors.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct List {
    pub(super) address: u64,
    /// Index of the last one.
    pub(super) last: u32,
}

impl List {
    /// Reads one descriptor and checks it.
    pub(super) fn fetch(
        &self,
        index: u32,
        memory: &HostMemory,
    ) -> Result<Buffer, (StreamFault, u32)> {
        let address = self
            .address
            .wrapping_add(u64::from(index) * u64::from(BDL_ENTRY));
        let outside = (StreamFault::OutsideMemory, index);
        let entry = memory.get(address, BDL_ENTRY as usize).ok_or(outside)?;
        let (address, rest) = entry.split_first_chunk::<8>().ok_or(outside)?;
        let (len, rest) = rest.split_first_chunk::<4>().ok_or(outside)?;
        let (flags, _) = rest.split_first_chunk::<4>().ok_or(outside)?;
        let buffer = Buffer {
            address: u64::from_le_bytes(*address),
            len: u32::from_le_bytes(*len),
            tell: u32::from_le_bytes(*flags) & IOC != 0,
        };
        if !buffer.address.is_multiple_of(BDL_ALIGN.into()) {
            Err((StreamFault::Misaligned, index))
        } else if buffer.len == 0 {
            Err((StreamFault::EmptyBuffer, index))
        } else if memory.get(buffer.address, buffer.len as usize).is_none() {
            Err(outside)
        } else {
            Ok(buffer)
        }
    }

    /// Checks all descriptors, and that their buffers add up to `bytes`.
    pub(super) fn check(&self, bytes: u32, memory: &HostMemory) -> Result<(), (StreamFault, u32)> {
        if !self.address.is_multiple_of(BDL_ALIGN.into()) {
            return Err((StreamFault::Misaligned, self.address as u32));
        }
        let mut sum = 0;
        for index in 0..=self.last {
            sum += u64::from(self.fetch(index, memory)?.len);
        }
        if sum == u64::from(bytes) {
            Ok(())
        } else {
            Err((StreamFault::LengthMismatch, bytes))
        }
    }
}
