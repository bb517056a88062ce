//! Frames on their way from a source to a sink.

use alloc::vec::Vec;

use super::{Sink, Source};
use crate::boxed::try_zeroed;
use crate::error::OutOfMemory;

/// Frames that a block holds: a period of 1 ms at 48 kHz.
const BLOCK_FRAMES: usize = 48;

/// Memory for some frames of Q1.31 samples, which a module allocates in `prepare`.
#[derive(Debug, Default)]
pub struct Block {
    samples: Vec<i32>,
}

impl Block {
    /// No memory: moves no frames.
    pub const fn none() -> Self {
        Self {
            samples: Vec::new(),
        }
    }

    /// Memory for frames of `channels` samples.
    ///
    /// # Errors
    /// [`OutOfMemory`].
    pub fn new(channels: usize) -> Result<Self, OutOfMemory> {
        Ok(Self {
            samples: try_zeroed(BLOCK_FRAMES * channels)?,
        })
    }

    /// The memory itself.
    pub fn samples(&mut self) -> &mut [i32] {
        &mut self.samples
    }

    /// Moves all frames that wait in `source`, and that `sink` has room for,
    /// through `change`, which gets some whole frames at a time. Both have the same
    /// number of channels, or nothing is moved.
    pub fn move_frames(
        &mut self,
        source: &mut Source<'_>,
        sink: &mut Sink<'_>,
        mut change: impl FnMut(&mut [i32]),
    ) {
        let channels = source.channels();
        if channels != sink.channels() || channels > self.samples.len() {
            return;
        }
        let per_block = self.samples.len() / channels;
        let mut left = source.frames().min(sink.frames());
        while left > 0 {
            let now = if let Some(places) = sink.in_place(left) {
                source.read(places);
                change(places);
                let frames = places.len() / channels;
                sink.filled(frames);
                frames
            } else {
                let now = left.min(per_block);
                let block = &mut self.samples[..now * channels];
                source.read(block);
                change(block);
                sink.write(block);
                now
            };
            if now == 0 {
                return;
            }
            left -= now;
        }
    }

    /// Like [`Self::move_frames`], with frames of another number of channels in
    /// `sink`, for which `after` has the memory.
    pub fn map_frames(
        &mut self,
        after: &mut Self,
        source: &mut Source<'_>,
        sink: &mut Sink<'_>,
        mut map: impl FnMut(&[i32], &mut [i32]),
    ) {
        let (from, to) = (source.channels(), sink.channels());
        if from > self.samples.len() || to > after.samples.len() {
            return;
        }
        let per_block = (self.samples.len() / from).min(after.samples.len() / to);
        let mut left = source.frames().min(sink.frames());
        while left > 0 {
            let now = left.min(per_block);
            let now = if let Some(places) = sink.in_place(now) {
                let frames = places.len() / to;
                let before = &mut self.samples[..frames * from];
                source.read(before);
                map(before, places);
                sink.filled(frames);
                frames
            } else {
                let before = &mut self.samples[..now * from];
                let after = &mut after.samples[..now * to];
                source.read(before);
                map(before, after);
                sink.write(after);
                now
            };
            if now == 0 {
                return;
            }
            left -= now;
        }
    }
}
