//! Audio formats.

use crate::error::FormatError;
use crate::layout::ChannelLayout;

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
    layout: ChannelLayout,
    map: u32,
}

/// The IPC4 sample type of samples that lie at the upper end of their container.
const MSB_INTEGER: u8 = 0;
/// The IPC4 sample type of samples that lie at the lower end of their container.
const LSB_INTEGER: u8 = 1;
/// The IPC4 sample type of signed integers.
const SIGNED_INTEGER: u8 = 2;
/// The IPC4 sample type of floating-point samples.
const FLOAT: u8 = 4;

impl Format {
    /// Size of the IPC4 structure `audio_format` in bytes.
    pub const IPC4_BYTES: usize = 24;

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
            layout: ChannelLayout::of(channels),
            map: identity_map(channels),
        })
    }

    /// Decodes the six words of the IPC4 structure `audio_format`: rate in Hz,
    /// bits of the container, channel map, channel configuration, interleaving
    /// style, and a word of channels 7:0, valid bits 15:8, sample type 23:16.
    ///
    /// 24 valid bits at the *upper* end of 32 are processed as [`SampleFormat::S32`].
    ///
    /// # Errors
    /// What is not one of our formats.
    pub fn from_ipc4(words: &[u32; 6]) -> Result<Self, FormatError> {
        let [rate, depth, map, layout, interleaving, rest] = *words;
        let [channels, valid, kind, _] = rest.to_le_bytes();
        let sample = match (depth, valid, kind) {
            (16, 16, MSB_INTEGER | LSB_INTEGER | SIGNED_INTEGER) => SampleFormat::S16,
            (32, 24, LSB_INTEGER | SIGNED_INTEGER) => SampleFormat::S24,
            (32, 24, MSB_INTEGER) => SampleFormat::S32,
            (32, 32, MSB_INTEGER | LSB_INTEGER | SIGNED_INTEGER) => SampleFormat::S32,
            (32, 32, FLOAT) => SampleFormat::F32,
            _ => return Err(FormatError::Sample { depth, valid, kind }),
        };
        if interleaving != 0 {
            return Err(FormatError::Interleaving(interleaving));
        }
        let layout = ChannelLayout::from_code(layout).ok_or(FormatError::Layout(layout))?;
        Ok(Self::new(rate, channels, sample)?.with_map(layout, map))
    }

    /// The words that [`Self::from_ipc4`] decodes.
    pub fn to_ipc4(self) -> [u32; 6] {
        let (depth, valid, kind) = match self.sample {
            SampleFormat::S16 => (16, 16, LSB_INTEGER),
            SampleFormat::S24 => (32, 24, LSB_INTEGER),
            SampleFormat::S32 => (32, 32, LSB_INTEGER),
            SampleFormat::F32 => (32, 32, FLOAT),
        };
        let rest = u32::from_le_bytes([self.channels, valid, kind, 0]);
        [self.rate, depth, self.map, self.layout.code(), 0, rest]
    }

    /// The same format with another layout and channel map (a nibble per channel,
    /// 0xF is unused).
    pub fn with_map(self, layout: ChannelLayout, map: u32) -> Self {
        Self {
            layout,
            map,
            ..self
        }
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
    pub fn layout(&self) -> ChannelLayout {
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

/// Channel `n` at place `n`.
fn identity_map(channels: u8) -> u32 {
    let used = (1u64 << (4 * u32::from(channels))) - 1;
    0x7654_3210 & used as u32 | !(used as u32)
}
