//! One stream of the controller.

use std::fmt;

use acelab_abi::clock::Nanos;
use acelab_abi::regs::hda_host::{
    BDL_ALIGN, BDL_ENTRY, HOST_MEMORY, IOC, IOCE, RUN, SRST, STREAMS, StreamReg, TAG_SHIFT, input,
    output, spib, stream as register,
};
use acelab_signal::{Format, Source};

use super::format::fmt;
use super::ring::{Piece, Ring};
use crate::target::{Space, Target, TargetError};

/// Which way the data goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// From the host's memory to the DSP.
    Playback,
    /// From the DSP to the host's memory.
    Capture,
}

/// A stream by its direction and its number in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamId {
    /// Direction.
    pub side: Side,
    /// Number, which is that of the DSP's gateway.
    pub index: u8,
}

impl StreamId {
    /// The number of its descriptor.
    pub fn descriptor(self) -> u8 {
        match self.side {
            Side::Playback => output(self.index),
            Side::Capture => input(self.index),
        }
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = match self.side {
            Side::Playback => "playback",
            Side::Capture => "capture",
        };
        write!(f, "{side} {}", self.index)
    }
}

/// Parts of a cyclic buffer, each of which tells when it is done.
const PARTS: u32 = 4;
/// Host memory of one stream.
const SHARE: u32 = HOST_MEMORY.size / STREAMS as u32 / BDL_ALIGN * BDL_ALIGN;
/// Place of the buffer behind the descriptors.
const BUFFER: u32 = 0x1000;

/// What a playback stream sends.
pub enum Content {
    /// Zeros.
    Silence,
    /// A signal, for ever.
    Signal(Source),
    /// The first `end` bytes of a file, of which those behind its end are zero; then nothing more.
    Bytes {
        /// The file.
        bytes: Vec<u8>,
        /// Where the host stops.
        end: usize,
    },
}

/// A stream in use.
pub struct Stream {
    id: StreamId,
    format: Format,
    content: Content,
    /// Bytes that were taken from the source.
    taken: u64,
    part: u32,
    ring: Ring,
    /// Whether the host does its part.
    pub served: bool,
    recorded: Vec<u8>,
}

impl Stream {
    /// A buffer of about `length`.
    pub fn new(id: StreamId, format: Format, content: Content, length: Nanos) -> Self {
        let frame = format.frame_bytes() as u32;
        let unit = lcm(frame, BDL_ALIGN);
        let bytes = u128::from(length.0) * u128::from(format.rate) / 1_000_000_000
            * u128::from(frame)
            / u128::from(PARTS);
        let most = (SHARE - BUFFER) / PARTS;
        let part = u32::try_from(bytes).unwrap_or(most).min(most) / unit * unit;
        let part = part.max(unit);
        Self {
            id,
            format,
            content,
            taken: 0,
            part,
            ring: Ring::new(part, PARTS),
            served: true,
            recorded: Vec::new(),
        }
    }

    fn base(&self) -> u32 {
        HOST_MEMORY.base + u32::from(self.id.descriptor()) * SHARE
    }

    fn register(&self, reg: StreamReg) -> u32 {
        register(self.id.descriptor(), reg)
    }

    fn control(&self) -> u32 {
        // Tag t is taken by the gateway's stream t - 1.
        (u32::from(self.id.index) + 1) << TAG_SHIFT | IOCE
    }

    /// Resets the descriptor and programs it; a playback buffer is filled.
    pub fn program(&mut self, target: &mut dyn Target) -> Result<(), TargetError> {
        self.reset(target)?;
        let mut list = Vec::with_capacity((PARTS * BDL_ENTRY) as usize);
        for part in 0..PARTS {
            let address = self.base() + BUFFER + part * self.part;
            list.extend_from_slice(&u64::from(address).to_le_bytes());
            list.extend_from_slice(&self.part.to_le_bytes());
            list.extend_from_slice(&IOC.to_le_bytes());
        }
        target.write(Space::HostMemory, self.base(), &list)?;
        for (reg, value) in [
            (StreamReg::DescriptorsLow, self.base()),
            (StreamReg::DescriptorsHigh, 0),
            (StreamReg::BufferLength, self.part * PARTS),
            (StreamReg::LastIndex, PARTS - 1),
            (StreamReg::FifoFormat, fmt(self.format) << 16),
            (StreamReg::ControlStatus, self.control()),
        ] {
            target.write_bar0(self.register(reg), value)?;
        }
        self.serve(target, false)
    }

    /// Puts the descriptor into reset and takes it out again.
    pub fn reset(&self, target: &mut dyn Target) -> Result<(), TargetError> {
        let control = self.register(StreamReg::ControlStatus);
        target.write_bar0(control, SRST)?;
        target.write_bar0(control, 0)
    }

    /// Lets it run or stand.
    pub fn run(&mut self, target: &mut dyn Target, run: bool) -> Result<(), TargetError> {
        let run = if run { RUN } else { 0 };
        target.write_bar0(
            self.register(StreamReg::ControlStatus),
            self.control() | run,
        )
    }

    /// Fills or drains the buffer as far as the position allows, and moves the limit.
    pub fn serve(&mut self, target: &mut dyn Target, all: bool) -> Result<(), TargetError> {
        if !self.served {
            return Ok(());
        }
        let position = target.read_bar0(self.register(StreamReg::LinkPosition))?;
        self.ring.advance(position);
        let capture = self.id.side == Side::Capture;
        let bytes = if capture {
            self.ring.readable(all)
        } else {
            self.ring.writable().min(self.left())
        };
        for piece in self.ring.serve(bytes).into_iter().flatten() {
            let address = self.base() + BUFFER + piece.offset;
            if capture {
                let bytes = target.read(Space::HostMemory, address, piece.len)?;
                self.recorded.extend(bytes);
            } else {
                let bytes = self.next_bytes(piece);
                target.write(Space::HostMemory, address, &bytes)?;
            }
        }
        target.write_bar0(spib(self.id.descriptor()), self.ring.limit(capture))
    }

    /// Bytes that the content still has.
    fn left(&self) -> u64 {
        match &self.content {
            Content::Silence | Content::Signal(_) => u64::MAX,
            Content::Bytes { end, .. } => (*end as u64).saturating_sub(self.taken),
        }
    }

    /// The next bytes of the content. Parts and frames divide each other, so that only
    /// whole frames are asked for, unless the firmware tells a position within one.
    fn next_bytes(&mut self, piece: Piece) -> Vec<u8> {
        let frame_bytes = self.format.frame_bytes();
        let start = self.taken;
        self.taken += u64::from(piece.len);
        let source = match &self.content {
            Content::Silence => return vec![0; piece.len as usize],
            Content::Bytes { bytes, .. } => {
                let there = bytes.get(start as usize..).unwrap_or_default();
                let mut next = there[..there.len().min(piece.len as usize)].to_vec();
                next.resize(piece.len as usize, 0);
                return next;
            }
            Content::Signal(source) => source,
        };
        let skip = start as usize % frame_bytes;
        let frames = (skip + piece.len as usize).div_ceil(frame_bytes);
        let pcm = source.pcm(start / frame_bytes as u64, frames);
        pcm.bytes()[skip..skip + piece.len as usize].to_vec()
    }

    /// What was recorded since the last call.
    pub fn take_recorded(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.recorded)
    }
}

fn lcm(a: u32, b: u32) -> u32 {
    let (mut x, mut y) = (a, b);
    while y != 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}
