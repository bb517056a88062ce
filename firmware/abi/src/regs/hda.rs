//! HDA DMA gateways: streams between the host's memory or an audio port and a
//! ring in HP-SRAM.
//!
//! Four blocks, one per [`Gateway`], with one record of registers per stream.
//! Source: `intel_adsp_hda.h` and `dma_intel_adsp_hda.c` in Zephyr for names,
//! offsets and bits, the ACE 3.0 device tree for bases and numbers of streams.

use crate::interrupt::Source;

/// Bytes between the records of two streams of a block.
pub const STREAM_STRIDE: u32 = 0x40;

/// Which of the four blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Gateway {
    /// Playback, first half: host memory to DSP memory.
    HostOut = 0,
    /// Capture, second half: DSP memory to host memory.
    HostIn = 1,
    /// Playback, second half: DSP memory to an audio port.
    LinkOut = 2,
    /// Capture, first half: an audio port to DSP memory.
    LinkIn = 3,
}

impl Gateway {
    /// All blocks, in the order of their addresses.
    pub const ALL: [Self; 4] = [Self::HostOut, Self::HostIn, Self::LinkOut, Self::LinkIn];

    /// The number of [`Gateway::from_number`].
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The block with this number.
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::HostOut),
            1 => Some(Self::HostIn),
            2 => Some(Self::LinkOut),
            3 => Some(Self::LinkIn),
            _ => None,
        }
    }

    /// Address of the first stream's record.
    pub const fn base(self) -> u32 {
        match self {
            Self::HostOut => 0x7_2800,
            Self::HostIn => 0x7_2C00,
            Self::LinkOut => 0x7_9400,
            Self::LinkIn => 0x7_9800,
        }
    }

    /// Streams the block has.
    pub const fn streams(self) -> u8 {
        match self {
            Self::HostOut | Self::LinkOut => 9,
            Self::HostIn | Self::LinkIn => 11,
        }
    }

    /// Bytes of the block.
    pub const fn span(self) -> u32 {
        STREAM_STRIDE * self.streams() as u32
    }

    /// Whether the other end is the host's memory, not a port.
    pub const fn is_host(self) -> bool {
        matches!(self, Self::HostOut | Self::HostIn)
    }

    /// Whether the DMA fills the ring (and the firmware empties it).
    pub const fn fills(self) -> bool {
        matches!(self, Self::HostOut | Self::LinkIn)
    }

    /// The block's interrupt; sub-source *s* is stream *s*
    /// ([`crate::regs::dint`]).
    pub const fn source(self) -> Source {
        match self {
            Self::HostOut => Source::HdaHostOut,
            Self::HostIn => Source::HdaHostIn,
            Self::LinkOut => Source::HdaLinkOut,
            Self::LinkIn => Source::HdaLinkIn,
        }
    }

    /// The word in logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::HostOut => "host-out",
            Self::HostIn => "host-in",
            Self::LinkOut => "link-out",
            Self::LinkIn => "link-in",
        }
    }
}

impl core::fmt::Display for Gateway {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.pad(self.name())
    }
}

registers! {
    /// Registers of one stream.
    pub enum Reg {
        /// Control and status.
        Control = 0x00, "DGCS";
        /// Address of the ring; the cached address, [`BUFFER_ALIGN`] aligned.
        BufferAddress = 0x04, "DGBBA";
        /// Bytes of the ring, see [`BUFFER_SIZE`].
        BufferSize = 0x08, "DGBS";
        /// Writing *n* gives *n* bytes to the DMA: freed ones of a ring that it
        /// fills, new ones of a ring that it empties. Needs [`FWCB`].
        Increment = 0x0C, "DGBFPI";
        /// Read position in bytes; read-only.
        ReadPosition = 0x10, "DGBRP";
        /// Write position in bytes; read-only.
        WritePosition = 0x14, "DGBWP";
        /// The position at which the DMA sets [`BSC`]; none when 0.
        SegmentPosition = 0x18, "DGBSP";
        /// Minimum buffer size. Host gateways only.
        MinimumSize = 0x1C, "DGMBS";
        /// Increment of the linear link position. Host gateways only.
        LinkIncrement = 0x24, "DGLLPI";
        /// Increment of the position that the host reads as LPIB. Host gateways
        /// only.
        HostIncrement = 0x28, "DGLPIBI";
    }
}

impl Reg {
    /// Whether only host gateways have the register.
    pub const fn is_host_only(self) -> bool {
        matches!(
            self,
            Self::MinimumSize | Self::LinkIncrement | Self::HostIncrement
        )
    }
}

/// DGCS: samples lie in containers of 16 instead of 32 bits (link gateways).
pub const SCS: u32 = 1 << 31;
/// DGCS: enable.
pub const GEN: u32 = 1 << 26;
/// DGCS: kept, without effect here.
pub const L1ETP: u32 = 1 << 25;
/// DGCS: kept, without effect here.
pub const L1EXP: u32 = 1 << 24;
/// DGCS: the firmware controls the buffer by [`Reg::Increment`].
pub const FWCB: u32 = 1 << 23;
/// DGCS: enabled, or still moving data after that; read-only. While it is set
/// the ring must stay where it is.
pub const GBUSY: u32 = 1 << 15;
/// DGCS: what the firmware has programmed makes no sense; cleared by writing 1.
/// The position of the bit is that of TE, which no driver explains.
pub const TE: u32 = 1 << 14;
/// DGCS: segment complete; cleared by writing 1.
pub const BSC: u32 = 1 << 11;
/// DGCS: overrun of a ring that the DMA fills, underrun of one that it empties;
/// cleared by writing 1.
pub const XRUN: u32 = 1 << 10;
/// DGCS: the ring is full; read-only.
pub const BF: u32 = 1 << 9;
/// DGCS: the ring is not empty; read-only.
pub const BNE: u32 = 1 << 8;
/// DGCS: the FIFO is ready; set together with [`GEN`].
pub const FIFORDY: u32 = 1 << 5;
/// DGCS: interrupt while [`BSC`] is set.
pub const BSCIE: u32 = 1 << 3;

/// The bits of DGBS that count.
pub const BUFFER_SIZE: u32 = 0x00FF_FFF0;
/// Alignment of a ring's address in bytes.
pub const BUFFER_ALIGN: u32 = 128;
/// A ring's size is a multiple of this, in bytes.
pub const SIZE_ALIGN: u32 = 32;

/// The address of a stream's register.
pub const fn address(gateway: Gateway, stream: u8, reg: Reg) -> u32 {
    gateway.base() + stream as u32 * STREAM_STRIDE + reg.offset()
}
