//! What a module can work with, and what it takes.

use crate::format::{Format, MAX_CHANNELS, MAX_RATE, MIN_RATE, SampleFormat};

/// The formats that a module works with, for the manifest. `create` and `prepare` have the last
/// word: what depends on the configuration only they know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formats {
    /// Bit `n` stands for `SampleFormat::ALL[n]`.
    pub samples: u8,
    /// Largest number of channels.
    pub channels: u8,
    /// Lowest sampling rate in Hz.
    pub min_rate: u32,
    /// Highest sampling rate in Hz.
    pub max_rate: u32,
}

impl Formats {
    /// Everything that a stream can be, which is usual: samples are converted where they are read.
    pub const ANY: Self = Self {
        samples: (1 << SampleFormat::ALL.len()) - 1,
        channels: MAX_CHANNELS,
        min_rate: MIN_RATE,
        max_rate: MAX_RATE,
    };

    /// Whether a format is one of them.
    pub fn hold(&self, format: &Format) -> bool {
        let bit = SampleFormat::ALL
            .iter()
            .position(|sample| *sample == format.sample());
        bit.is_some_and(|bit| self.samples >> bit & 1 == 1)
            && format.channels() <= self.channels.into()
            && (self.min_rate..=self.max_rate).contains(&format.rate())
    }
}

/// The most that an instance takes of its surroundings, in bytes.
///
/// A built-in module is not held to it. One that was loaded gets no more heap than this, and,
/// where it has a thread of its own, a stack of this size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// All that is allocated at one time.
    pub heap: u32,
    /// The deepest stack.
    pub stack: u32,
}

impl Needs {
    /// Enough for what keeps a few blocks and some parameters.
    pub const USUAL: Self = Self {
        heap: 16 << 10,
        stack: 4 << 10,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_held_by_sample_channels_and_rate() {
        let narrow = Formats {
            samples: 0b100,
            channels: 2,
            min_rate: 16_000,
            max_rate: 48_000,
        };
        let format = |rate, channels, sample| Format::new(rate, channels, sample).unwrap();
        for rate in [8_000, 16_000, 48_000, 48_001] {
            for channels in 1..=3 {
                for sample in SampleFormat::ALL {
                    let format = format(rate, channels, sample);
                    assert!(Formats::ANY.hold(&format));
                    let expected = (16_000..=48_000).contains(&rate)
                        && channels <= 2
                        && sample == SampleFormat::S32;
                    assert_eq!(narrow.hold(&format), expected, "{format:?}");
                }
            }
        }
    }
}
