//! Frames on their way from one place to several buffers.

use acelab_module_sdk::{Format, SampleFormat, SamplesMut, Sink, Source};
use acelab_modules::FrameCopy;

use super::Pins;
use crate::buffer::Buffer;
use crate::ring::{halves, pieces, pieces_mut, words, words_mut};
use crate::slab::Slab;

/// How many of `available` frames all outputs have room for. Outputs whose
/// reader does not run are not waited for; without one that runs nothing moves.
pub(crate) fn common_frames(available: usize, outputs: &Pins, buffers: &Slab<Buffer>) -> usize {
    let mut common = None;
    for index in outputs.iter() {
        if let Some(buffer) = buffers.get(index).filter(|buffer| buffer.reader.active) {
            let room = common.unwrap_or(available).min(buffer.ring.free());
            common = Some(room);
        }
    }
    common.unwrap_or(0)
}

/// Copies `frames` frames to each output whose reader runs; `view` makes a view
/// of them for each.
pub(crate) fn deliver<'a>(
    view: impl Fn() -> Source<'a>,
    copy: &FrameCopy,
    frames: usize,
    outputs: &Pins,
    buffers: &mut Slab<Buffer>,
) {
    if frames == 0 {
        return;
    }
    for index in outputs.iter() {
        let Some(buffer) = buffers.get_mut(index).filter(|buffer| buffer.reader.active) else {
            continue;
        };
        let mut sink = buffer.sink(frames);
        copy.move_frames(&mut view(), &mut sink, frames);
        let produced = sink.produced();
        buffer.ring.produce(produced);
    }
}

/// A part of a DMA buffer: frames from a byte offset on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// Format of the frames.
    pub(crate) format: Format,
    /// Bytes of the buffer that are used.
    pub(crate) bytes: u32,
    /// Offset of the first frame in bytes.
    pub(crate) start: u32,
    /// Number of frames.
    pub(crate) frames: usize,
}

impl Span {
    /// First sample, number of samples, samples of the whole buffer.
    fn samples(&self) -> (usize, usize, usize) {
        let container = self.format.sample().bytes();
        let start = self.start as usize / container;
        let count = self.frames * self.format.channels();
        (start, count, self.bytes as usize / container)
    }
}

/// DMA memory to read from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DmaWords<'a> {
    Halves(&'a [i16]),
    Words(&'a [i32]),
}

impl<'a> DmaWords<'a> {
    pub(crate) fn of<M: AsMut<[i16]> + AsMut<[i32]>>(
        memory: &'a mut M,
        sample: SampleFormat,
    ) -> Self {
        if sample.bytes() == 2 {
            Self::Halves(memory.as_mut())
        } else {
            Self::Words(memory.as_mut())
        }
    }

    /// The frames of a part of it.
    pub(crate) fn source(self, span: &Span) -> Source<'a> {
        let (start, count, size) = span.samples();
        let samples = match self {
            Self::Halves(all) => halves(pieces(&all[..size.min(all.len())], start, count)),
            Self::Words(all) => words(
                span.format.sample(),
                pieces(&all[..size.min(all.len())], start, count),
            ),
        };
        Source::new(0, span.format.channels(), samples, true)
    }
}

/// The places of a part of DMA memory.
pub(crate) fn dma_sink<'a, M: AsMut<[i16]> + AsMut<[i32]>>(
    memory: &'a mut M,
    span: &Span,
) -> Sink<'a> {
    let (start, count, size) = span.samples();
    let sample = span.format.sample();
    let samples = if sample.bytes() == 2 {
        let all: &mut [i16] = memory.as_mut();
        let size = size.min(all.len());
        SamplesMut::S16(pieces_mut(&mut all[..size], start, count))
    } else {
        let all: &mut [i32] = memory.as_mut();
        let size = size.min(all.len());
        words_mut(sample, pieces_mut(&mut all[..size], start, count))
    };
    Sink::new(0, span.format.channels(), samples, true)
}
