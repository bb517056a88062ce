//! What threads say to the kernel about DMA: gateways, and the entries of
//! `dma_exchange`.

use super::SysError;
use crate::regs::hda;

pub use crate::regs::hda::Gateway as GatewayKind;

/// One stream of the DMA.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Gateway {
    kind: GatewayKind,
    index: u8,
}

impl Gateway {
    /// Gateways there are.
    pub const COUNT: usize =
        Self::before(GatewayKind::LinkIn) + GatewayKind::LinkIn.streams() as usize;

    /// Gateways of the kinds before one.
    const fn before(kind: GatewayKind) -> usize {
        let mut count = 0;
        let mut index = 0;
        while index < kind.number() as usize {
            count += GatewayKind::ALL[index].streams() as usize;
            index += 1;
        }
        count
    }

    /// Stream `index` of a kind; `None` beyond the last.
    #[must_use]
    pub const fn new(kind: GatewayKind, index: u32) -> Option<Self> {
        if index < kind.streams() as u32 {
            Some(Self {
                kind,
                index: index as u8,
            })
        } else {
            None
        }
    }

    /// Where it leads.
    #[must_use]
    pub const fn kind(self) -> GatewayKind {
        self.kind
    }

    /// Number among those of its kind.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.index as u32
    }

    /// Number among all gateways, below [`COUNT`](Self::COUNT).
    #[must_use]
    pub const fn number(self) -> usize {
        const FIRST: [usize; 4] = [
            Gateway::before(GatewayKind::HostOut),
            Gateway::before(GatewayKind::HostIn),
            Gateway::before(GatewayKind::LinkOut),
            Gateway::before(GatewayKind::LinkIn),
        ];
        FIRST[self.kind.number() as usize] + self.index as usize
    }
}

/// Highest index of a gateway of any kind.
pub const MAX_GATEWAY_INDEX: u32 = 10;

/// Largest buffer of a channel, in bytes.
pub const MAX_DMA_BUFFER: u32 = 64 << 10;

/// What the address of a buffer must be a multiple of, in bytes.
pub const DMA_ALIGN: u32 = hda::BUFFER_ALIGN;

/// What the size of a buffer must be a multiple of, in bytes.
pub const DMA_SIZE_STEP: u32 = hda::SIZE_ALIGN;

/// Most entries of one `dma_exchange`.
pub const MAX_EXCHANGE: u32 = 32;

/// Status bits of an [`ExchangeEntry`].
pub mod exchange_flags {
    /// The hardware found no data, or no room, since the last exchange.
    pub const XRUN: u32 = 1 << 0;
    /// The channel is started.
    pub const RUNNING: u32 = 1 << 1;
    /// The buffer is full.
    pub const FULL: u32 = 1 << 2;
    /// The buffer is empty.
    pub const EMPTY: u32 = 1 << 3;
    /// The hardware has refused something since the last exchange.
    pub const ERROR: u32 = 1 << 4;
}

/// One channel in `dma_exchange`: the first two words are read, the next four
/// written. Aligned to its size, so that it lies in one page and one line of the
/// cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, align(32))]
pub struct ExchangeEntry {
    /// Handle of the channel; 0 for an entry that is not used, which the kernel
    /// passes over.
    pub channel: u32,
    /// Bytes that the DSP is done with: read from a buffer that the hardware
    /// fills, or written to one that it empties. At most what there is, or what
    /// is free.
    pub commit: u32,
    /// Where the hardware or the DSP reads next, in bytes from the start of the
    /// buffer, after the commit.
    pub read: u32,
    /// Where the hardware or the DSP writes next.
    pub write: u32,
    /// [`exchange_flags`] in bits 15:0, a [`SysError`] in bits 31:16. After an
    /// error nothing was committed and the other results are 0.
    pub status: u32,
    /// Bytes in the buffer between `read` and `write`, after the commit.
    pub filled: u32,
    reserved: [u32; 2],
}

impl ExchangeEntry {
    /// Bytes in memory.
    pub const SIZE: u32 = size_of::<Self>() as u32;

    /// An entry that is not used.
    pub const EMPTY: Self = Self {
        channel: 0,
        commit: 0,
        read: 0,
        write: 0,
        status: 0,
        filled: 0,
        reserved: [0; 2],
    };

    /// What became of it: its [`exchange_flags`].
    ///
    /// # Errors
    /// Those of the kernel for this entry alone.
    pub const fn flags(&self) -> Result<u32, SysError> {
        match SysError::from_code(self.status >> 16) {
            Some(SysError::Ok) => Ok(self.status & 0xFFFF),
            Some(error) => Err(error),
            None => Err(SysError::NotSupported),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gateways_are_numbered_without_gaps() {
        let all = GatewayKind::ALL.iter().flat_map(|kind| {
            (0..=MAX_GATEWAY_INDEX + 1).filter_map(|index| Gateway::new(*kind, index))
        });
        let numbers = all.map(Gateway::number);
        assert!(numbers.eq(0..Gateway::COUNT));
    }

    #[test]
    fn an_entry_is_eight_words() {
        assert_eq!((ExchangeEntry::SIZE, align_of::<ExchangeEntry>()), (32, 32));
        let mut entry = ExchangeEntry::EMPTY;
        entry.status = exchange_flags::XRUN | exchange_flags::RUNNING;
        assert_eq!(entry.flags(), Ok(3));
        entry.status = SysError::BadHandle.code() << 16;
        assert_eq!(entry.flags(), Err(SysError::BadHandle));
        entry.status = 99 << 16;
        assert_eq!(entry.flags(), Err(SysError::NotSupported));
    }
}
