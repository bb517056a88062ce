//! A piece of audio.

use crate::format::Format;

/// Whole frames in a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pcm {
    format: Format,
    bytes: Vec<u8>,
}

impl Pcm {
    /// The frames in `bytes`; what is left behind the last whole frame is not kept.
    pub fn new(format: Format, mut bytes: Vec<u8>) -> Self {
        bytes.truncate(bytes.len() / format.frame_bytes() * format.frame_bytes());
        Self { format, bytes }
    }

    /// How the samples lie in it.
    pub fn format(&self) -> Format {
        self.format
    }

    /// All bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Number of frames.
    pub fn frames(&self) -> usize {
        self.bytes.len() / self.format.frame_bytes()
    }

    /// The bytes of frames `from..to`, as far as there are so many.
    pub fn slice(&self, from: usize, to: usize) -> &[u8] {
        let size = self.format.frame_bytes();
        let to = to.min(self.frames());
        &self.bytes[from.min(to) * size..to * size]
    }

    /// The bytes of one frame, if there is it.
    pub fn frame(&self, index: usize) -> Option<&[u8]> {
        (index < self.frames()).then(|| self.slice(index, index + 1))
    }

    /// Whether frames `from..to` are zero.
    pub fn is_silent(&self, from: usize, to: usize) -> bool {
        self.slice(from, to).iter().all(|byte| *byte == 0)
    }

    /// The samples of one channel in frames `from..to`, 1.0 being full scale.
    pub fn channel(&self, channel: usize, from: usize, to: usize) -> Vec<f64> {
        let samples = self.format.decode(self.slice(from, to));
        samples
            .into_iter()
            .skip(channel)
            .step_by(usize::from(self.format.channels))
            .collect()
    }

    /// Without the frames before `from` and from `to` on.
    pub fn cut(&self, from: usize, to: usize) -> Self {
        Self {
            format: self.format,
            bytes: self.slice(from, to).to_vec(),
        }
    }
}
