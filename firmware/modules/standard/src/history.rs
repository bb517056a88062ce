//! The input frames that output frames still need, channel by channel.

use alloc::vec::Vec;

use acelab_module_sdk::{OutOfMemory, try_zeroed};

/// A line of frames for each channel; the newest are at the end.
pub struct History {
    channels: usize,
    /// Frames that are needed besides the newest.
    older: usize,
    /// Frames that fit into a line.
    capacity: usize,
    /// Frames that are in each line.
    frames: usize,
    samples: Vec<i32>,
}

impl History {
    /// No memory.
    pub const fn none() -> Self {
        Self {
            channels: 0,
            older: 0,
            capacity: 0,
            frames: 0,
            samples: Vec::new(),
        }
    }

    /// Memory for `older` frames and `block` more, which is at least one.
    pub fn new(channels: usize, older: usize, block: usize) -> Result<Self, OutOfMemory> {
        let capacity = older + block;
        Ok(Self {
            channels,
            older,
            capacity,
            frames: older,
            samples: try_zeroed(channels * capacity)?,
        })
    }

    /// Silence.
    pub fn clear(&mut self) {
        self.samples.fill(0);
        self.frames = self.older;
    }

    /// Frames that are there.
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// Frames that there is room for.
    pub fn room(&self) -> usize {
        self.capacity - self.frames
    }

    /// Drops the frames that an output frame with the newest frame `newest` does not
    /// need, and returns by how much the numbers of the others change.
    pub fn forget_before(&mut self, newest: usize) -> usize {
        let count = newest.saturating_sub(self.older).min(self.frames);
        for line in self.samples.chunks_exact_mut(self.capacity.max(1)) {
            line.copy_within(count..self.frames, 0);
        }
        self.frames -= count;
        count
    }

    /// Adds interleaved frames, for which there is room.
    pub fn push(&mut self, block: &[i32]) {
        for frame in block.chunks_exact(self.channels.max(1)) {
            let places = self.samples.iter_mut().skip(self.frames);
            for (place, sample) in places.step_by(self.capacity.max(1)).zip(frame) {
                *place = *sample;
            }
            self.frames += 1;
        }
    }

    /// Samples of a channel: the older ones and frame `newest`, which is there.
    pub fn window(&self, channel: usize, newest: usize) -> &[i32] {
        let line = channel * self.capacity;
        &self.samples[line + newest - self.older..=line + newest]
    }
}
