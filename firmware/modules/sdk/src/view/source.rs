//! What a module reads from.

use super::Sink;
use super::samples::Samples;
use crate::format::SampleFormat;

/// Samples that are converted at once; on the stack.
const BLOCK_SAMPLES: usize = 24;

/// An input: the frames that wait in a ring buffer.
///
/// It lies in memory as the record of `acelab-module-abi` by which the firmware
/// shows it to a loaded module, so that a tick copies nothing.
#[derive(Debug)]
#[repr(C)]
pub struct Source<'a> {
    samples: Samples<'a>,
    channels: usize,
    frames: usize,
    consumed: usize,
    active: bool,
    queue: u8,
}

impl<'a> Source<'a> {
    /// A view of `samples`, interleaved over `channels` (at least 1), which input
    /// `queue` gets. `active` says whether who writes them is running.
    pub const fn new(queue: u8, channels: usize, samples: Samples<'a>, active: bool) -> Self {
        let channels = if channels == 0 { 1 } else { channels };
        Self {
            queue,
            channels,
            active,
            frames: samples.count() / channels,
            consumed: 0,
            samples,
        }
    }

    /// Number of the input.
    pub fn queue(&self) -> u8 {
        self.queue
    }

    /// Samples per frame.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// Format of the samples in memory.
    pub fn format(&self) -> SampleFormat {
        self.samples.format()
    }

    /// Whether who writes the samples is running. What does not run need not be
    /// waited for.
    pub fn is_active(&self) -> bool {
        self.active
    }

    /// The samples that wait, as they lie in memory.
    #[inline]
    pub fn samples(&self) -> &Samples<'a> {
        &self.samples
    }

    /// Counts frames, at most those that wait, which somebody has taken who reads the
    /// samples in memory. No more can be taken through this view.
    #[inline]
    pub fn finish(&mut self, frames: usize) {
        self.consumed += frames.min(self.frames);
        self.frames = 0;
    }

    /// Frames that wait.
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// Frames that were taken through this view.
    pub fn consumed(&self) -> usize {
        self.consumed
    }

    /// Takes as many frames as wait and fit into `block`, as Q1.31, and returns
    /// their number.
    pub fn read(&mut self, block: &mut [i32]) -> usize {
        let frames = self.frames.min(block.len() / self.channels);
        if let Some(block) = block.get_mut(..frames * self.channels) {
            self.samples.read(block);
        }
        self.count(frames)
    }

    /// Drops up to `frames` frames and returns their number.
    pub fn skip(&mut self, frames: usize) -> usize {
        let frames = frames.min(self.frames);
        self.samples.skip(frames * self.channels);
        self.count(frames)
    }

    /// Moves up to `frames` frames to `sink` and returns their number. Samples of
    /// the same format stay as they are, others are converted. With another number
    /// of channels nothing is moved.
    pub fn copy_to(&mut self, sink: &mut Sink<'_>, frames: usize) -> usize {
        if self.channels != sink.channels() {
            return 0;
        }
        let frames = frames.min(self.frames).min(sink.frames());
        if sink.copy(&mut self.samples, frames) {
            return self.count(frames);
        }
        let per_block = BLOCK_SAMPLES / self.channels;
        let mut block = [0; BLOCK_SAMPLES];
        let mut left = frames;
        while left > 0 {
            let now = left.min(per_block);
            let block = &mut block[..now * self.channels];
            self.read(block);
            sink.write(block);
            left -= now;
        }
        frames
    }

    fn count(&mut self, frames: usize) -> usize {
        self.frames -= frames;
        self.consumed += frames;
        frames
    }
}
