//! The host's memory, as far as its HDA controller reaches.

use std::cell::OnceCell;

use acelab_abi::regs::hda_host::HOST_MEMORY;

/// 16 MiB, taken from the system when they are first touched.
#[derive(Debug, Default)]
pub(super) struct HostMemory {
    bytes: OnceCell<Vec<u8>>,
}

fn zeros() -> Vec<u8> {
    vec![0; HOST_MEMORY.size as usize]
}

impl HostMemory {
    /// The `len` bytes from `addr`, if all of them are there.
    pub(super) fn get(&self, addr: u64, len: usize) -> Option<&[u8]> {
        let range = range(addr, len)?;
        self.bytes.get_or_init(zeros).get(range)
    }

    /// The `len` bytes from `addr`, to be written.
    pub(super) fn get_mut(&mut self, addr: u64, len: usize) -> Option<&mut [u8]> {
        let range = range(addr, len)?;
        self.bytes.get_or_init(zeros);
        self.bytes.get_mut()?.get_mut(range)
    }
}

/// Where in the memory a range is, all of which lies in it.
fn range(addr: u64, len: usize) -> Option<std::ops::Range<usize>> {
    let start = usize::try_from(addr.checked_sub(HOST_MEMORY.base.into())?).ok()?;
    let end = start.checked_add(len)?;
    (end <= HOST_MEMORY.size as usize).then_some(start..end)
}
