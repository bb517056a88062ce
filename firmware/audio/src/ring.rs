//! Rings of frames: the buffers between components, and those of the DMA.

use acelab_module_sdk::{Format, SampleFormat, Samples, SamplesMut, Sink, Source, try_zeroed};
use alloc::vec::Vec;

use crate::own::OutOfMemory;

/// `len` items of a ring from `start` on, in two pieces. Bounds that are not
/// those of the ring give less.
pub(crate) fn pieces<T>(ring: &[T], start: usize, len: usize) -> [&[T]; 2] {
    let len = len.min(ring.len());
    let (before, after) = ring.split_at(start.min(ring.len()));
    if len <= after.len() {
        [&after[..len], &[]]
    } else {
        [after, &before[..(len - after.len()).min(before.len())]]
    }
}

/// The same to write to.
pub(crate) fn pieces_mut<T>(ring: &mut [T], start: usize, len: usize) -> [&mut [T]; 2] {
    let len = len.min(ring.len());
    let start = start.min(ring.len());
    let (before, after) = ring.split_at_mut(start);
    if len <= after.len() {
        [&mut after[..len], &mut []]
    } else {
        let second = (len - after.len()).min(before.len());
        [after, &mut before[..second]]
    }
}

/// Samples of `format`, all of 16 bits.
pub(crate) fn halves(parts: [&[i16]; 2]) -> Samples<'_> {
    Samples::S16(parts)
}

/// Samples of `format`, all of 32 bits.
pub(crate) fn words(format: SampleFormat, parts: [&[i32]; 2]) -> Samples<'_> {
    match format {
        SampleFormat::S24 => Samples::S24(parts),
        SampleFormat::F32 => Samples::F32(parts),
        SampleFormat::S16 | SampleFormat::S32 => Samples::S32(parts),
    }
}

/// Room for samples of `format`, all of 32 bits.
pub(crate) fn words_mut(format: SampleFormat, parts: [&mut [i32]; 2]) -> SamplesMut<'_> {
    match format {
        SampleFormat::S24 => SamplesMut::S24(parts),
        SampleFormat::F32 => SamplesMut::F32(parts),
        SampleFormat::S16 | SampleFormat::S32 => SamplesMut::S32(parts),
    }
}

#[derive(Debug)]
enum Store {
    Halves(Vec<i16>),
    Words(Vec<i32>),
}

/// A ring of whole frames of one format.
#[derive(Debug)]
pub(crate) struct Ring {
    format: Format,
    capacity: usize,
    /// First frame that waits.
    first: usize,
    filled: usize,
    store: Store,
}

impl Ring {
    /// An empty ring for `capacity` frames.
    pub(crate) fn new(format: Format, capacity: usize) -> Result<Self, OutOfMemory> {
        let samples = capacity.checked_mul(format.channels()).ok_or(OutOfMemory)?;
        let store = if format.sample().bytes() == 2 {
            Store::Halves(try_zeroed(samples).map_err(|_| OutOfMemory)?)
        } else {
            Store::Words(try_zeroed(samples).map_err(|_| OutOfMemory)?)
        };
        Ok(Self {
            format,
            capacity,
            first: 0,
            filled: 0,
            store,
        })
    }

    pub(crate) const fn format(&self) -> Format {
        self.format
    }

    /// Frames it has room for in all.
    pub(crate) const fn capacity(&self) -> usize {
        self.capacity
    }

    /// Frames that wait.
    pub(crate) const fn filled(&self) -> usize {
        self.filled
    }

    /// Frames there is room for.
    pub(crate) const fn free(&self) -> usize {
        self.capacity - self.filled
    }

    /// What waits, as input `queue` of its reader.
    pub(crate) fn source(&self, queue: u8, active: bool) -> Source<'_> {
        let channels = self.format.channels();
        let (start, len) = (self.first * channels, self.filled * channels);
        let samples = match &self.store {
            Store::Halves(store) => halves(pieces(store, start, len)),
            Store::Words(store) => words(self.format.sample(), pieces(store, start, len)),
        };
        Source::new(queue, channels, samples, active)
    }

    /// Room for at most `limit` frames, as output `queue` of its writer.
    pub(crate) fn sink(&mut self, queue: u8, active: bool, limit: usize) -> Sink<'_> {
        let channels = self.format.channels();
        let mut next = self.first + self.filled;
        if next >= self.capacity {
            next -= self.capacity;
        }
        let (start, len) = (next * channels, self.free().min(limit) * channels);
        let samples = match &mut self.store {
            Store::Halves(store) => SamplesMut::S16(pieces_mut(store, start, len)),
            Store::Words(store) => words_mut(self.format.sample(), pieces_mut(store, start, len)),
        };
        Sink::new(queue, channels, samples, active)
    }

    /// So many frames have been read.
    pub(crate) fn consume(&mut self, frames: usize) {
        let frames = frames.min(self.filled);
        self.filled -= frames;
        self.first += frames;
        if self.first >= self.capacity {
            self.first -= self.capacity;
        }
    }

    /// So many frames have been written.
    pub(crate) fn produce(&mut self, frames: usize) {
        self.filled += frames.min(self.free());
    }

    /// Forgets what waits.
    pub(crate) fn clear(&mut self) {
        self.first = 0;
        self.filled = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// What goes in comes out in order, whatever the sizes of the steps.
        #[test]
        fn a_ring_is_a_queue(
            capacity in 1..20usize, channels in 1..=8u8, steps in prop::collection::vec(0..30usize, 1..60),
        ) {
            let format = Format::new(48_000, channels, SampleFormat::S32).unwrap();
            let mut ring = Ring::new(format, capacity).unwrap();
            let (mut put, mut got) = (0i32, 0i32);
            for (index, step) in steps.into_iter().enumerate() {
                if index % 2 == 0 {
                    let mut sink = ring.sink(0, true, step);
                    let frames = sink.frames();
                    let block: Vec<i32> = (0..frames as i32 * i32::from(channels)).map(|i| put + i).collect();
                    sink.write(&block);
                    ring.produce(frames);
                    put += block.len() as i32;
                } else {
                    let mut source = ring.source(0, true);
                    let mut block = vec![0; step * usize::from(channels)];
                    let frames = source.read(&mut block);
                    for value in &block[..frames * usize::from(channels)] {
                        prop_assert_eq!(*value, got);
                        got += 1;
                    }
                    ring.consume(frames);
                }
                prop_assert_eq!(ring.filled() + ring.free(), capacity);
                prop_assert_eq!((put - got) as usize, ring.filled() * usize::from(channels));
            }
        }
    }
}
