//! How samples lie in memory.

use std::fmt;
use std::str::FromStr;

/// The type of a sample, little endian, interleaved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sample {
    /// 16 bits in 16.
    S16,
    /// 24 bits in the low part of 32, with the sign extended.
    S24,
    /// 32 bits in 32.
    S32,
    /// IEEE single precision, full scale is ±1.
    F32,
}

impl Sample {
    /// Every type.
    pub const ALL: [Self; 4] = [Self::S16, Self::S24, Self::S32, Self::F32];

    /// The name in a case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::S16 => "s16le",
            Self::S24 => "s24le",
            Self::S32 => "s32le",
            Self::F32 => "f32le",
        }
    }

    /// Bytes of its container.
    pub const fn bytes(self) -> usize {
        match self {
            Self::S16 => 2,
            Self::S24 | Self::S32 | Self::F32 => 4,
        }
    }

    /// Bits that hold the value.
    pub const fn valid_bits(self) -> u8 {
        match self {
            Self::S16 => 16,
            Self::S24 => 24,
            Self::S32 | Self::F32 => 32,
        }
    }

    /// Appends a Q1.31 value, rounded to the nearest that the type has; halves go up.
    fn encode(self, value: i32, bytes: &mut Vec<u8>) {
        let rounded = |bits: u32| {
            let half = 1_i64 << (31 - bits);
            let max = (1_i64 << (bits - 1)) - 1;
            ((i64::from(value) + half) >> (32 - bits)).min(max)
        };
        match self {
            Self::S16 => bytes.extend_from_slice(&(rounded(16) as i16).to_le_bytes()),
            Self::S24 => bytes.extend_from_slice(&(rounded(24) as i32).to_le_bytes()),
            Self::S32 => bytes.extend_from_slice(&value.to_le_bytes()),
            Self::F32 => {
                let scaled = (f64::from(value) / FULL_SCALE) as f32;
                bytes.extend_from_slice(&scaled.to_le_bytes());
            }
        }
    }

    /// The value of one container, 1.0 being full scale.
    fn decode(self, bytes: &[u8]) -> f64 {
        let word = || match bytes {
            &[a, b, c, d] => i32::from_le_bytes([a, b, c, d]),
            _ => 0,
        };
        match self {
            Self::S16 => match bytes {
                &[low, high] => f64::from(i16::from_le_bytes([low, high])) / 32_768.0,
                _ => 0.0,
            },
            Self::S24 => f64::from(word()) / 8_388_608.0,
            Self::S32 => f64::from(word()) / FULL_SCALE,
            Self::F32 => f64::from(f32::from_bits(word() as u32)),
        }
    }
}

const FULL_SCALE: f64 = 2_147_483_648.0;

/// The format of a stream, written `s16le/48000/2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Format {
    /// Type of the samples.
    pub sample: Sample,
    /// Frames in a second, 8000 to 192000.
    pub rate: u32,
    /// Samples in a frame, 1 to 8.
    pub channels: u8,
}

impl Format {
    /// Bytes of a frame.
    pub const fn frame_bytes(self) -> usize {
        self.sample.bytes() * self.channels as usize
    }

    /// Interleaved Q1.31 samples as they lie in memory.
    pub fn encode(self, samples: &[i32]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(samples.len() * self.sample.bytes());
        for value in samples {
            self.sample.encode(*value, &mut bytes);
        }
        bytes
    }

    /// Interleaved samples of memory, 1.0 being full scale.
    pub fn decode(self, bytes: &[u8]) -> Vec<f64> {
        let containers = bytes.chunks_exact(self.sample.bytes());
        containers.map(|bytes| self.sample.decode(bytes)).collect()
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.sample.name(), self.rate, self.channels)
    }
}

/// What is wrong with the text of a format.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Not three parts.
    #[error("`{0}` is not a format; write SAMPLES/RATE/CHANNELS, as in `s16le/48000/2`")]
    Shape(String),
    /// No such type.
    #[error("unknown sample type `{0}`; there are s16le, s24le (in 32 bits), s32le and f32le")]
    Sample(String),
    /// Not a rate.
    #[error("`{0}` is not a rate from 8000 to 192000 Hz")]
    Rate(String),
    /// Not a number of channels.
    #[error("`{0}` is not a number of channels from 1 to 8")]
    Channels(String),
}

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        let mut parts = text.split('/').map(str::trim);
        let (Some(sample), Some(rate), Some(channels), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(FormatError::Shape(text.to_owned()));
        };
        let known = Sample::ALL.into_iter().find(|known| known.name() == sample);
        let in_range = |text: &str, low: u32, high: u32| {
            let number = text.parse().ok();
            number.filter(|number| (low..=high).contains(number))
        };
        Ok(Self {
            sample: known.ok_or_else(|| FormatError::Sample(sample.to_owned()))?,
            rate: in_range(rate, 8_000, 192_000)
                .ok_or_else(|| FormatError::Rate(rate.to_owned()))?,
            channels: in_range(channels, 1, 8)
                .and_then(|number| u8::try_from(number).ok())
                .ok_or_else(|| FormatError::Channels(channels.to_owned()))?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formats_are_read_and_shown() {
        let format: Format = "s16le/48000/2".parse().expect("a format");
        assert_eq!(format.to_string(), "s16le/48000/2");
        assert_eq!(format.frame_bytes(), 4);
        for (text, part) in [
            ("s16le", "SAMPLES/RATE"),
            ("s17le/48000/2", "s17le"),
            ("s16le/48/2", "`48`"),
            ("s16le/48000/9", "`9`"),
            ("s16le/48000/2/1", "SAMPLES"),
        ] {
            let error = text.parse::<Format>().expect_err(text).to_string();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn values_are_rounded_and_do_not_overflow() {
        let encode = |sample: Sample, value| {
            let mut bytes = Vec::new();
            sample.encode(value, &mut bytes);
            bytes
        };
        assert_eq!(encode(Sample::S16, i32::MAX), i16::MAX.to_le_bytes());
        assert_eq!(encode(Sample::S16, i32::MIN), i16::MIN.to_le_bytes());
        assert_eq!(encode(Sample::S16, 0x8000), 1_i16.to_le_bytes());
        assert_eq!(encode(Sample::S16, 0x7FFF), 0_i16.to_le_bytes());
        assert_eq!(
            encode(Sample::S24, i32::MIN),
            (-8_388_608_i32).to_le_bytes()
        );
        assert_eq!(encode(Sample::F32, i32::MIN), (-1.0_f32).to_le_bytes());
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded_to_half_a_step(value: i32) {
            for sample in Sample::ALL {
                let mut bytes = Vec::new();
                sample.encode(value, &mut bytes);
                let step = match sample {
                    Sample::S16 => 1.0 / 32_768.0,
                    Sample::S24 | Sample::F32 => 1.0 / 8_388_608.0,
                    Sample::S32 => f64::EPSILON,
                };
                let exact = f64::from(value) / FULL_SCALE;
                prop_assert!((sample.decode(&bytes) - exact).abs() <= step);
            }
        }

        #[test]
        fn any_text_is_a_format_or_an_error(text in "\\PC*") {
            let _ = text.parse::<Format>();
        }
    }
}
