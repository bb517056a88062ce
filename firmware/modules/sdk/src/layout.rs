//! Which speakers the channels are for.

/// The IPC4 channel configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ChannelLayout {
    /// One channel.
    Mono = 0,
    /// Left, right.
    Stereo = 1,
    /// Left, right, LFE.
    TwoPointOne = 2,
    /// Left, centre, right.
    ThreeZero = 3,
    /// Left, centre, right, LFE.
    ThreePointOne = 4,
    /// Left, right, left surround, right surround.
    Quatro = 5,
    /// Left, centre, right, centre surround.
    FourZero = 6,
    /// Left, centre, right, left surround, right surround.
    FiveZero = 7,
    /// Left, centre, right, left surround, right surround, LFE.
    FivePointOne = 8,
    /// The same samples on both channels.
    DualMono = 9,
    /// Two stereo streams on one port, the first of them.
    DualStereo0 = 10,
    /// Two stereo streams on one port, the second of them.
    DualStereo1 = 11,
    /// 5.1 with left side and right side.
    SevenPointOne = 12,
}

impl ChannelLayout {
    /// The layout with an IPC4 code.
    pub const fn from_code(code: u32) -> Option<Self> {
        Some(match code {
            0 => Self::Mono,
            1 => Self::Stereo,
            2 => Self::TwoPointOne,
            3 => Self::ThreeZero,
            4 => Self::ThreePointOne,
            5 => Self::Quatro,
            6 => Self::FourZero,
            7 => Self::FiveZero,
            8 => Self::FivePointOne,
            9 => Self::DualMono,
            10 => Self::DualStereo0,
            11 => Self::DualStereo1,
            12 => Self::SevenPointOne,
            _ => return None,
        })
    }

    /// Its IPC4 code.
    pub const fn code(self) -> u32 {
        self as u32
    }

    /// How many channels it has.
    pub const fn channels(self) -> u8 {
        match self {
            Self::Mono => 1,
            Self::Stereo | Self::DualMono => 2,
            Self::TwoPointOne | Self::ThreeZero => 3,
            Self::ThreePointOne
            | Self::Quatro
            | Self::FourZero
            | Self::DualStereo0
            | Self::DualStereo1 => 4,
            Self::FiveZero => 5,
            Self::FivePointOne => 6,
            Self::SevenPointOne => 8,
        }
    }

    /// The usual layout of so many channels.
    pub const fn of(channels: u8) -> Self {
        match channels {
            0 | 1 => Self::Mono,
            2 => Self::Stereo,
            3 => Self::TwoPointOne,
            4 => Self::Quatro,
            5 => Self::FiveZero,
            6 => Self::FivePointOne,
            _ => Self::SevenPointOne,
        }
    }
}
