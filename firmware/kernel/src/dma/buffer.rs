//! Where the hardware reads and writes.

use crate::ids::DomainId;

/// The buffer of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buffer {
    /// Whose memory it is.
    pub domain: DomainId,
    /// Its physical address.
    pub address: u32,
    /// Bytes.
    pub size: u32,
}

impl Buffer {
    /// Whether some byte of it is among the `size` bytes at `address`.
    #[must_use]
    pub const fn overlaps(&self, address: u32, size: u32) -> bool {
        // Both are memory of the pool, so neither ends beyond 32 bits.
        address < self.address + self.size && self.address < address + size
    }
}
