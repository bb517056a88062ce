//! Copying with conversion: what copiers do.

use acelab_module_sdk::{Sink, Source};

/// Frames that are converted at once; on the stack.
const BLOCK_SAMPLES: usize = 24;

/// Which channel of the input each channel of the output takes: a nibble each,
/// the first channel in bits 3:0. A channel that there is not is silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelMap(pub u32);

impl ChannelMap {
    /// Channel `n` from channel `n`.
    pub const IDENTITY: Self = Self(0x7654_3210);

    /// What output channel `channel` takes, of a frame with `channels` channels.
    fn source(self, channel: usize, channels: usize) -> Option<usize> {
        let from = (self.0 >> (4 * channel) & 0xF) as usize;
        (from < channels).then_some(from)
    }

    /// Whether the first `channels` channels stay where they are.
    fn keeps(self, channels: usize) -> bool {
        (0..channels).all(|channel| self.source(channel, channels) == Some(channel))
    }
}

/// Moves frames from one buffer to another: converts the samples, maps channels,
/// attenuates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameCopy {
    /// Which channel goes where.
    pub map: ChannelMap,
    /// Bits that samples are shifted down, 0 to 31: 6.02 dB each.
    pub attenuation: u8,
}

impl FrameCopy {
    /// Each channel as it is.
    pub const PLAIN: Self = Self {
        map: ChannelMap::IDENTITY,
        attenuation: 0,
    };

    /// Moves up to `frames` frames and returns their number. Frames that are the
    /// same in both buffers are copied bit by bit.
    pub fn move_frames(
        &self,
        source: &mut Source<'_>,
        sink: &mut Sink<'_>,
        frames: usize,
    ) -> usize {
        let (from, to) = (source.channels(), sink.channels());
        if from == to && self.attenuation == 0 && self.map.keeps(from) {
            return source.copy_to(sink, frames);
        }
        if from.max(to) > BLOCK_SAMPLES {
            return 0;
        }
        let frames = frames.min(source.frames()).min(sink.frames());
        let mut left = frames;
        let mut before = [0; BLOCK_SAMPLES];
        let mut after = [0; BLOCK_SAMPLES];
        while left > 0 {
            let now = left.min(BLOCK_SAMPLES / from.max(to));
            let before = &mut before[..now * from];
            let after = &mut after[..now * to];
            source.read(before);
            for (old, new) in before.chunks_exact(from).zip(after.chunks_exact_mut(to)) {
                self.frame(old, new);
            }
            sink.write(after);
            left -= now;
        }
        frames
    }

    fn frame(&self, old: &[i32], new: &mut [i32]) {
        for (channel, sample) in new.iter_mut().enumerate() {
            let from = self.map.source(channel, old.len());
            let value = from.and_then(|from| old.get(from)).copied().unwrap_or(0);
            *sample = value >> self.attenuation.min(31);
        }
    }
}
