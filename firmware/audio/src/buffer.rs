//! The buffer between an output and an input.

use acelab_module_sdk::{Format, Sink, Source};

use crate::own::OutOfMemory;
use crate::ring::Ring;
use crate::slab::Index;

/// More than any stream needs: 4 ms of 8 channels at 192 kHz are 24 KiB.
const MAX_BYTES: usize = 64 * 1024;

/// One end of a buffer: which pin of which component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct End {
    pub(crate) component: Index,
    pub(crate) queue: u8,
    /// Its pipeline runs.
    pub(crate) active: bool,
}

/// A ring with its writer and its reader.
#[derive(Debug)]
pub(crate) struct Buffer {
    pub(crate) ring: Ring,
    pub(crate) writer: End,
    pub(crate) reader: End,
    /// The writer will write no more.
    pub(crate) ended: bool,
    /// A module has got something out of it in the last tick.
    pub(crate) delivered: bool,
}

impl Buffer {
    /// A buffer for two blocks of the bigger of both sides, but for two ticks at
    /// least.
    pub(crate) fn new(
        writer: End,
        reader: End,
        format: Format,
        block_bytes: u32,
    ) -> Result<Self, OutOfMemory> {
        let bytes = (block_bytes as usize).min(MAX_BYTES);
        let block = bytes.div_ceil(format.frame_bytes());
        let tick = format.rate().div_ceil(1000) as usize;
        let frames = 2 * block.max(tick);
        if frames * format.frame_bytes() > MAX_BYTES {
            return Err(OutOfMemory);
        }
        Ok(Self {
            ring: Ring::new(format, frames)?,
            writer,
            reader,
            ended: false,
            delivered: false,
        })
    }

    /// Whether more is to come, or waits.
    pub(crate) const fn is_live(&self) -> bool {
        self.writer.active && !(self.ended && self.ring.filled() == 0)
    }

    /// Whether the stream has ended and all of it was read.
    pub(crate) const fn is_over(&self) -> bool {
        self.ended && self.ring.filled() == 0
    }

    /// What waits, for the reader.
    pub(crate) fn source(&self) -> Source<'_> {
        self.ring.source(self.reader.queue, self.is_live())
    }

    /// Room, for the writer.
    pub(crate) fn sink(&mut self, limit: usize) -> Sink<'_> {
        self.ring.sink(self.writer.queue, self.reader.active, limit)
    }

    /// The stream starts anew.
    pub(crate) fn reset(&mut self) {
        self.ring.clear();
        self.ended = false;
        self.delivered = false;
    }
}
