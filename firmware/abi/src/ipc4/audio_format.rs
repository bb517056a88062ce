//! Formats of streams: rate, sample, channels.

/// Channels a stream can have.
pub const MAX_CHANNELS: usize = 8;

codes! {
    /// What the bits of a sample mean.
    pub enum SampleType: u8 {
        MsbInteger = 0 => "MSB_INTEGER",
        LsbInteger = 1 => "LSB_INTEGER",
        SignedInteger = 2 => "SIGNED_INTEGER",
        UnsignedInteger = 3 => "UNSIGNED_INTEGER",
        Float = 4 => "FLOAT",
        ALaw = 5 => "A_LAW",
        MuLaw = 6 => "MU_LAW",
    }
}

codes! {
    /// Which speakers the channels belong to.
    pub enum ChannelConfig: u32 {
        Mono = 0 => "MONO",
        Stereo = 1 => "STEREO",
        TwoPointOne = 2 => "2_1",
        ThreePointZero = 3 => "3_0",
        ThreePointOne = 4 => "3_1",
        Quatro = 5 => "QUATRO",
        FourPointZero = 6 => "4_0",
        FivePointZero = 7 => "5_0",
        FivePointOne = 8 => "5_1",
        DualMono = 9 => "DUAL_MONO",
        I2sDualStereo0 = 10 => "I2S_DUAL_STEREO_0",
        I2sDualStereo1 = 11 => "I2S_DUAL_STEREO_1",
        SevenPointOne = 12 => "7_1",
    }
}

impl ChannelConfig {
    /// The usual configuration of a number of channels.
    #[must_use]
    pub const fn usual(channels: u8) -> Self {
        match channels {
            0 | 1 => Self::Mono,
            2 => Self::Stereo,
            3 => Self::TwoPointOne,
            4 => Self::Quatro,
            5 => Self::FivePointZero,
            6 => Self::FivePointOne,
            _ => Self::SevenPointOne,
        }
    }
}

/// `audio_format` as on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AudioFormat {
    /// Frames per second.
    pub rate: u32,
    /// Bits of the container of a sample: 8, 16, 24, 32 or 64.
    pub depth: u32,
    /// A nibble per channel, the first in bits 3:0; 0xF for one that is unused.
    pub channel_map: u32,
    /// A [`ChannelConfig`] code.
    pub channel_config: u32,
    /// 0: the samples of a frame lie side by side.
    pub interleaving: u32,
    /// Channels of a frame.
    pub channels: u8,
    /// Bits of a sample that count.
    pub valid_bits: u8,
    /// A [`SampleType`] code.
    pub sample_type: u8,
    /// Reserved.
    pub reserved: u8,
}

wire!(AudioFormat, 24, {
    rate: u32, depth: u32, channel_map: u32, channel_config: u32, interleaving: u32,
    channels: u8, valid_bits: u8, sample_type: u8, reserved: u8,
});

impl AudioFormat {
    /// Interleaved integer samples with the usual channels; valid bits justified
    /// to the least significant bit of the container.
    #[must_use]
    pub const fn integer(rate: u32, channels: u8, depth: u32, valid_bits: u8) -> Self {
        Self {
            rate,
            depth,
            channel_map: usual_map(channels),
            channel_config: ChannelConfig::usual(channels).code(),
            interleaving: 0,
            channels,
            valid_bits,
            sample_type: SampleType::LsbInteger.code(),
            reserved: 0,
        }
    }

    /// Interleaved 32-bit float samples with the usual channels.
    #[must_use]
    pub const fn float(rate: u32, channels: u8) -> Self {
        let mut format = Self::integer(rate, channels, 32, 32);
        format.sample_type = SampleType::Float.code();
        format
    }

    /// Bytes of a frame; 0 if there is none.
    #[must_use]
    pub const fn frame_bytes(&self) -> u32 {
        self.depth / 8 * self.channels as u32
    }

    /// What the bits of a sample mean, `None` for an unknown code.
    #[must_use]
    pub const fn sample_type(&self) -> Option<SampleType> {
        SampleType::from_code(self.sample_type)
    }
}

/// Channel *n* at place *n*, the rest unused.
#[must_use]
pub const fn usual_map(channels: u8) -> u32 {
    let used = if channels >= 8 {
        return 0x7654_3210;
    } else {
        (1 << (4 * channels as u32)) - 1
    };
    0x7654_3210 & used | !used
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipc4::wire::{Reader, Wire, Writer};

    #[test]
    fn stereo_of_48_khz_has_the_bytes_of_the_field() {
        let format = AudioFormat::integer(48_000, 2, 32, 24);
        let mut bytes = [0; AudioFormat::BYTES];
        Writer::new(&mut bytes).put(&format).unwrap();
        let expected = [
            0x80, 0xBB, 0, 0, 32, 0, 0, 0, 0x10, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0, 0, 0, 0, 0, 2, 24,
            1, 0,
        ];
        assert_eq!(bytes, expected);
        assert_eq!(Reader::new(&bytes).get(), Ok(format));
        assert_eq!(format.frame_bytes(), 8);
    }

    #[test]
    fn maps_name_the_channels_in_order() {
        assert_eq!(usual_map(0), 0xFFFF_FFFF);
        assert_eq!(usual_map(1), 0xFFFF_FFF0);
        assert_eq!(usual_map(8), 0x7654_3210);
    }
}
