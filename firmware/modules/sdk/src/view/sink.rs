//! What a module writes to.

use super::samples::{Samples, SamplesMut};
use crate::format::SampleFormat;

/// An output: the free frames of a ring buffer. It lies in memory as a
/// [`Source`](super::Source) does.
#[derive(Debug)]
#[repr(C)]
pub struct Sink<'a> {
    samples: SamplesMut<'a>,
    channels: usize,
    frames: usize,
    produced: usize,
    active: bool,
    queue: u8,
}

impl<'a> Sink<'a> {
    /// A view of the places in `samples`, interleaved over `channels` (at least 1),
    /// which output `queue` writes. `active` says whether who reads them is running.
    pub const fn new(queue: u8, channels: usize, samples: SamplesMut<'a>, active: bool) -> Self {
        let channels = if channels == 0 { 1 } else { channels };
        Self {
            queue,
            channels,
            active,
            frames: samples.count() / channels,
            produced: 0,
            samples,
        }
    }

    /// Number of the output.
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

    /// Whether who reads the samples is running. What does not run need not be
    /// waited for.
    pub fn is_active(&self) -> bool {
        self.active
    }

    /// The room, as it lies in memory. What is written there is counted by
    /// [`Self::finish`].
    #[inline(always)]
    pub fn room(&mut self) -> SamplesMut<'_> {
        self.samples.reborrow()
    }

    /// Counts frames, at most those that there is room for, which somebody has put
    /// there who writes the samples in memory. No more can be written through this
    /// view.
    #[inline]
    pub fn finish(&mut self, frames: usize) {
        self.produced += frames.min(self.frames);
        self.frames = 0;
    }

    /// Frames that there is room for.
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// Frames that were written through this view.
    pub fn produced(&self) -> usize {
        self.produced
    }

    /// Writes as many frames of Q1.31 as are in `block` and have room, and returns
    /// their number.
    pub fn write(&mut self, block: &[i32]) -> usize {
        let frames = self.frames.min(block.len() / self.channels);
        if let Some(block) = block.get(..frames * self.channels) {
            self.samples.write(block);
        }
        self.count(frames)
    }

    /// The places of the next frames, at most `frames` of them, where the buffer holds
    /// Q1.31: to be filled, and then counted by [`Self::filled`].
    pub(super) fn in_place(&mut self, frames: usize) -> Option<&mut [i32]> {
        let wanted = frames.min(self.frames) * self.channels;
        let places = self.samples.in_place()?;
        let count = wanted.min(places.len());
        Some(&mut places[..count])
    }

    /// Counts frames that were filled in place.
    pub(super) fn filled(&mut self, frames: usize) {
        self.samples.skip(frames * self.channels);
        self.count(frames);
    }

    /// Writes up to `frames` frames of silence and returns their number.
    pub fn silence(&mut self, frames: usize) -> usize {
        let frames = frames.min(self.frames);
        self.samples.silence(frames * self.channels);
        self.count(frames)
    }

    /// Takes `frames` frames of the same format as they are; `false` when it is another.
    pub(super) fn copy(&mut self, from: &mut Samples<'_>, frames: usize) -> bool {
        let same = self.samples.copy(from, frames * self.channels);
        if same {
            self.count(frames);
        }
        same
    }

    fn count(&mut self, frames: usize) -> usize {
        self.frames -= frames;
        self.produced += frames;
        frames
    }
}
