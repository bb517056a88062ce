//! Audio formats.

use acelab_abi::ipc4::audio_format::{AudioFormat, ChannelConfig, SampleType, usual_map};

use crate::error::FormatError;

/// The largest number of channels of a stream.
pub const MAX_CHANNELS: u8 = 8;
/// The lowest sampling rate in Hz.
pub const MIN_RATE: u32 = 8_000;
/// The highest sampling rate in Hz.
pub const MAX_RATE: u32 = 192_000;

/// How a sample lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleFormat {
    /// Q1.15 in 16 bits.
    S16,
    /// Q1.23 in the low 24 of 32 bits, sign-extended.
    S24,
    /// Q1.31 in 32 bits.
    S32,
    /// IEEE 754 single precision, full scale ±1.
    F32,
}

impl SampleFormat {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::S16, Self::S24, Self::S32, Self::F32];

    /// Size of a sample in bytes.
    pub const fn bytes(self) -> usize {
        match self {
            Self::S16 => 2,
            Self::S24 | Self::S32 | Self::F32 => 4,
        }
    }
}

/// Format of a stream of interleaved samples. Its channels and its rate are
/// possible ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    rate: u32,
    channels: u8,
    sample: SampleFormat,
    layout: ChannelConfig,
    map: u32,
}

impl Format {
    /// A format with the usual layout and the identical channel map.
    ///
    /// # Errors
    /// Channels or rate out of range.
    pub fn new(rate: u32, channels: u8, sample: SampleFormat) -> Result<Self, FormatError> {
        if !(MIN_RATE..=MAX_RATE).contains(&rate) {
            return Err(FormatError::Rate(rate));
        }
        if !(1..=MAX_CHANNELS).contains(&channels) {
            return Err(FormatError::Channels(channels));
        }
        Ok(Self {
            rate,
            channels,
            sample,
            layout: ChannelConfig::usual(channels),
            map: usual_map(channels),
        })
    }

    /// What the host calls `audio_format`, if it is one of our formats.
    ///
    /// 24 valid bits at the *upper* end of 32 are processed as [`SampleFormat::S32`].
    ///
    /// # Errors
    /// What is not one of our formats.
    pub fn from_ipc4(wire: &AudioFormat) -> Result<Self, FormatError> {
        use SampleType::{Float, LsbInteger, MsbInteger, SignedInteger};
        let kind = wire.sample_type();
        let sample = match (wire.depth, wire.valid_bits, kind) {
            (16, 16, Some(MsbInteger | LsbInteger | SignedInteger)) => SampleFormat::S16,
            (32, 24, Some(LsbInteger | SignedInteger)) => SampleFormat::S24,
            (32, 24, Some(MsbInteger)) => SampleFormat::S32,
            (32, 32, Some(MsbInteger | LsbInteger | SignedInteger)) => SampleFormat::S32,
            (32, 32, Some(Float)) => SampleFormat::F32,
            _ => {
                return Err(FormatError::Sample {
                    depth: wire.depth,
                    valid: wire.valid_bits,
                    kind: wire.sample_type,
                });
            }
        };
        if wire.interleaving != 0 {
            return Err(FormatError::Interleaving(wire.interleaving));
        }
        let layout = ChannelConfig::from_code(wire.channel_config)
            .ok_or(FormatError::Layout(wire.channel_config))?;
        Ok(Self::new(wire.rate, wire.channels, sample)?.with_map(layout, wire.channel_map))
    }

    /// How the host says it.
    pub fn to_ipc4(self) -> AudioFormat {
        let integer = |depth, valid| AudioFormat::integer(self.rate, self.channels, depth, valid);
        AudioFormat {
            channel_map: self.map,
            channel_config: self.layout.code(),
            ..match self.sample {
                SampleFormat::S16 => integer(16, 16),
                SampleFormat::S24 => integer(32, 24),
                SampleFormat::S32 => integer(32, 32),
                SampleFormat::F32 => AudioFormat::float(self.rate, self.channels),
            }
        }
    }

    /// The same format with another layout and channel map (a nibble per channel,
    /// 0xF is unused).
    pub fn with_map(self, layout: ChannelConfig, map: u32) -> Self {
        Self {
            layout,
            map,
            ..self
        }
    }

    /// The same format with other samples.
    pub fn with_sample(self, sample: SampleFormat) -> Self {
        Self { sample, ..self }
    }

    /// Sampling rate in Hz.
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// Number of channels, 1 to [`MAX_CHANNELS`].
    pub fn channels(&self) -> usize {
        self.channels.into()
    }

    /// How a sample lies in memory.
    pub fn sample(&self) -> SampleFormat {
        self.sample
    }

    /// What the channels are for.
    pub fn layout(&self) -> ChannelConfig {
        self.layout
    }

    /// Place of each speaker among the channels, a nibble each.
    pub fn map(&self) -> u32 {
        self.map
    }

    /// Size of a frame in bytes.
    pub fn frame_bytes(&self) -> usize {
        self.channels() * self.sample.bytes()
    }

    /// Whether frames of both are the same bytes: one may be copied to the other.
    pub fn has_frames_of(&self, other: &Self) -> bool {
        self.sample == other.sample && self.channels == other.channels
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_survive_the_wire() {
        for sample in SampleFormat::ALL {
            for channels in 1..=MAX_CHANNELS {
                let format = Format::new(44_100, channels, sample).unwrap();
                assert_eq!(Format::from_ipc4(&format.to_ipc4()), Ok(format));
            }
        }
    }

    #[test]
    fn impossible_formats_are_refused() {
        let good = Format::new(48_000, 2, SampleFormat::S24).unwrap().to_ipc4();
        let refused = |change: fn(&mut AudioFormat)| {
            let mut wire = good;
            change(&mut wire);
            Format::from_ipc4(&wire).unwrap_err()
        };
        assert_eq!(refused(|f| f.channels = 0), FormatError::Channels(0));
        assert_eq!(refused(|f| f.channels = 9), FormatError::Channels(9));
        assert_eq!(refused(|f| f.rate = 7_999), FormatError::Rate(7_999));
        assert_eq!(refused(|f| f.rate = 192_001), FormatError::Rate(192_001));
        assert_eq!(
            refused(|f| f.interleaving = 1),
            FormatError::Interleaving(1)
        );
        assert_eq!(refused(|f| f.channel_config = 13), FormatError::Layout(13));
        for (depth, valid, kind) in [
            (24, 24, 1),
            (32, 20, 1),
            (16, 16, 4),
            (32, 32, 3),
            (32, 32, 9),
        ] {
            let wire = AudioFormat {
                depth,
                valid_bits: valid,
                sample_type: kind,
                ..good
            };
            let expected = FormatError::Sample { depth, valid, kind };
            assert_eq!(Format::from_ipc4(&wire), Err(expected));
        }
    }
}
