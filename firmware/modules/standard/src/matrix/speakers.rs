//! Speakers, and where the sound of one goes when it is not there.

use acelab_abi::ipc4::audio_format::ChannelConfig;

/// A speaker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    Left,
    Right,
    Centre,
    Lfe,
    LeftSurround,
    RightSurround,
    CentreSurround,
    LeftSide,
    RightSide,
}

/// Part of the sound that a speaker takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Nothing.
    None,
    /// 0 dB.
    Whole,
    /// -3 dB.
    HalfPower,
    /// -6 dB.
    Half,
    /// -9 dB.
    QuarterPower,
}

impl Share {
    /// The share with `places` (at most 30) bits behind the point, rounded downwards.
    pub fn weight(self, places: u32) -> i32 {
        // 1/√2 in Q2.30, rounded downwards.
        const HALF_POWER: i32 = 0x2D41_3CCC;
        let unity = 1 << 30;
        let weight = match self {
            Self::None => 0,
            Self::Whole => unity,
            Self::HalfPower => HALF_POWER,
            Self::Half => unity / 2,
            Self::QuarterPower => HALF_POWER / 2,
        };
        weight >> (30 - places)
    }
}

/// The speakers of the channels; empty for configurations that are no arrangement
/// of speakers.
pub fn speakers(layout: ChannelConfig) -> &'static [Speaker] {
    use Speaker::{
        Centre, CentreSurround, Left, LeftSide, LeftSurround, Lfe, Right, RightSide, RightSurround,
    };
    match layout {
        ChannelConfig::Mono => &[Centre],
        ChannelConfig::Stereo | ChannelConfig::DualMono => &[Left, Right],
        ChannelConfig::TwoPointOne => &[Left, Right, Lfe],
        ChannelConfig::ThreePointZero => &[Left, Centre, Right],
        ChannelConfig::ThreePointOne => &[Left, Centre, Right, Lfe],
        ChannelConfig::Quatro => &[Left, Right, LeftSurround, RightSurround],
        ChannelConfig::FourPointZero => &[Left, Centre, Right, CentreSurround],
        ChannelConfig::FivePointZero => &[Left, Centre, Right, LeftSurround, RightSurround],
        ChannelConfig::FivePointOne => &[Left, Centre, Right, LeftSurround, RightSurround, Lfe],
        ChannelConfig::SevenPointOne => &[
            Left,
            Centre,
            Right,
            LeftSurround,
            RightSurround,
            Lfe,
            LeftSide,
            RightSide,
        ],
        ChannelConfig::I2sDualStereo0 | ChannelConfig::I2sDualStereo1 => &[],
    }
}

/// How much of `from` goes to `to`.
///
/// A speaker that the output has too keeps its sound. Else: the only channel of a
/// mono input goes to left and right, 0 dB; centre goes to left and right, -3 dB;
/// left and right go to centre, -6 dB; a side goes to the surround speaker of its
/// side, 0 dB, or like that to the front, -3 dB, or to centre, -9 dB; centre
/// surround goes to both surrounds, -3 dB, or to both fronts or to centre, -6 dB;
/// LFE is lost.
pub fn route(from: Speaker, to: Speaker, inputs: &[Speaker], outputs: &[Speaker]) -> Share {
    use Speaker::{
        Centre, CentreSurround, Left, LeftSide, LeftSurround, Lfe, Right, RightSide, RightSurround,
    };
    if outputs.contains(&from) {
        return if from == to {
            Share::Whole
        } else {
            Share::None
        };
    }
    let has = |speaker| outputs.contains(&speaker);
    let side = |surround, front| {
        if has(surround) {
            if to == surround {
                Share::Whole
            } else {
                Share::None
            }
        } else if has(front) {
            if to == front {
                Share::HalfPower
            } else {
                Share::None
            }
        } else if to == Centre {
            Share::QuarterPower
        } else {
            Share::None
        }
    };
    match from {
        Centre if matches!(to, Left | Right) && inputs.len() == 1 => Share::Whole,
        Centre if matches!(to, Left | Right) => Share::HalfPower,
        Left | Right if to == Centre => Share::Half,
        LeftSurround => side(LeftSide, Left),
        RightSurround => side(RightSide, Right),
        LeftSide => side(LeftSurround, Left),
        RightSide => side(RightSurround, Right),
        CentreSurround if has(LeftSurround) => match to {
            LeftSurround | RightSurround => Share::HalfPower,
            _ => Share::None,
        },
        CentreSurround if has(Left) => match to {
            Left | Right => Share::Half,
            _ => Share::None,
        },
        CentreSurround if to == Centre => Share::Half,
        Lfe | Left | Right | Centre | CentreSurround => Share::None,
    }
}
