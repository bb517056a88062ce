//! A whole stream.

use acelab_module_sdk::{Format, SampleFormat};

use crate::convert::{decode, encode};

/// Interleaved samples as they lie in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pcm {
    /// Their format.
    pub format: Format,
    /// Samples: integers, or the bits of floating-point numbers.
    pub words: Vec<i32>,
}

impl Pcm {
    /// The stream whose memory has these little-endian bytes; a frame that is not
    /// all there is left out.
    pub fn from_bytes(format: Format, bytes: &[u8]) -> Self {
        let sample = |bytes: &[u8]| match *bytes {
            [a, b] => i16::from_le_bytes([a, b]).into(),
            [a, b, c, d] => i32::from_le_bytes([a, b, c, d]),
            _ => 0,
        };
        let whole = bytes.len() / format.frame_bytes() * format.frame_bytes();
        let words = bytes[..whole]
            .chunks_exact(format.sample().bytes())
            .map(sample)
            .collect();
        Self { format, words }
    }

    /// The bytes in memory.
    pub fn to_bytes(&self) -> Vec<u8> {
        let bytes = self.format.sample().bytes();
        self.words
            .iter()
            .flat_map(|word| word.to_le_bytes().into_iter().take(bytes))
            .collect()
    }

    /// The stream with these values in Q1.31.
    pub fn from_q31(format: Format, values: &[i32]) -> Self {
        Self {
            format,
            words: values
                .iter()
                .map(|value| encode(format.sample(), *value))
                .collect(),
        }
    }

    /// The values in Q1.31.
    pub fn to_q31(&self) -> Vec<i32> {
        let format = self.format.sample();
        self.words
            .iter()
            .map(|word| decode(format, *word))
            .collect()
    }

    /// The same stream with samples of another format: what a copy makes of it.
    pub fn convert(&self, sample: SampleFormat) -> Self {
        if sample == self.format.sample() {
            return self.clone();
        }
        Self::from_q31(self.format.with_sample(sample), &self.to_q31())
    }

    /// Where this stream is not `expected`: the sample (counted over all channels)
    /// with its two words, or the lengths. `None` when they are equal.
    pub fn difference(&self, expected: &Self) -> Option<String> {
        if self.format != expected.format {
            return Some(format!("{:?} is not {:?}", self.format, expected.format));
        }
        let pairs = self.words.iter().zip(&expected.words).enumerate();
        for (sample, (found, wanted)) in pairs {
            if found != wanted {
                return Some(format!("sample {sample} is {found:#x}, not {wanted:#x}"));
            }
        }
        let (found, wanted) = (self.words.len(), expected.words.len());
        (found != wanted).then(|| format!("{found} samples, not {wanted}"))
    }

    /// Number of frames.
    pub fn frames(&self) -> usize {
        self.words.len() / self.format.channels()
    }
}
