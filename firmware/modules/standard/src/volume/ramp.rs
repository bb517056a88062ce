//! The volume of one channel.

use acelab_abi::ipc4::volume::{self, VolumeRecord};

use super::curve::{Curve, Shape};
use crate::fixed;

/// Units of a duration in a second.
const UNITS_PER_SECOND: u64 = 10_000_000;
/// The longest ramp in frames, so that positions fit.
const MAX_FRAMES: u64 = 1 << 31;

/// A volume on its way to a target. It moves with each frame, so it does not
/// depend on how the stream is cut into blocks.
#[derive(Clone, Copy, Debug)]
pub struct Ramp {
    /// What is applied now, Q1.31.
    value: u32,
    /// Where the channel is when it is not muted.
    wanted: u32,
    muted: bool,
    curve: volume::Curve,
    /// In units of 100 ns, as the host has set it.
    duration: u64,
    /// The same in frames.
    full: u32,
    way: Curve,
    /// Frames of this way; 0 or `done` when it stands.
    frames: u32,
    /// 2^62 by the number of frames.
    step: u64,
    /// Frames that are done.
    done: u32,
    /// The sample before, for zero crossings.
    before: i32,
}

impl Default for Ramp {
    fn default() -> Self {
        Self::UNITY
    }
}

impl Ramp {
    /// Standing at 0 dB.
    const UNITY: Self = Self {
        value: volume::UNITY,
        wanted: volume::UNITY,
        muted: false,
        curve: volume::Curve::None,
        duration: 0,
        full: 0,
        way: Curve::FLAT,
        frames: 0,
        step: 0,
        done: 0,
        before: 0,
    };

    /// Goes where a record says; its values are good ones.
    pub fn set(&mut self, record: &VolumeRecord, rate: u32) {
        self.wanted = record.target;
        self.curve = volume::Curve::from_code(record.curve).unwrap_or(volume::Curve::None);
        self.set_duration(record.duration, rate);
        self.start(self.value);
    }

    /// Changes how long later ramps take.
    pub fn set_duration(&mut self, duration: u64, rate: u32) {
        self.duration = duration;
        let frames = u128::from(duration) * u128::from(rate);
        let frames = frames.div_ceil(UNITS_PER_SECOND.into());
        self.full = frames.min(MAX_FRAMES.into()) as u32;
    }

    /// Goes to silence, or back.
    pub fn mute(&mut self, muted: bool) {
        if self.muted != muted {
            self.muted = muted;
            self.start(self.value);
        }
    }

    /// A stream starts: fades in, when there is a curve.
    pub fn restart(&mut self) {
        self.start(0);
    }

    /// What is applied now.
    pub fn value(&self) -> u32 {
        self.value
    }

    /// Where it goes.
    pub fn target(&self) -> u32 {
        if self.muted { 0 } else { self.wanted }
    }

    /// Whether the channel is muted.
    pub fn is_muted(&self) -> bool {
        self.muted
    }

    /// Whether the volume changes with the next frame.
    pub fn is_moving(&self) -> bool {
        self.done < self.frames
    }

    /// The factor that is applied now; 0 dB is exact.
    pub fn factor(&self) -> i64 {
        if self.value == volume::UNITY {
            fixed::UNITY
        } else {
            i64::from(self.value)
        }
    }

    /// The factor for the next sample, which is `sample`.
    pub fn next(&mut self, sample: i32) -> i64 {
        if self.is_moving() {
            self.done += 1;
            if self.done == self.frames {
                self.value = self.target();
            } else if !self.waits_for_crossing() || self.crosses(sample) {
                let fraction = (u64::from(self.done) * self.step) >> 31;
                self.value = self.way.at(fraction as u32);
            }
            self.before = sample;
        }
        self.factor()
    }

    /// What a host would have sent.
    pub fn record(&self, channel: u32) -> VolumeRecord {
        VolumeRecord {
            channel,
            target: self.wanted,
            curve: self.curve.code(),
            reserved: 0,
            duration: self.duration,
        }
    }

    fn start(&mut self, from: u32) {
        let shape = match self.curve {
            volume::Curve::None => None,
            volume::Curve::Linear | volume::Curve::LinearZeroCross => Some(Shape::Linear),
            volume::Curve::Log | volume::Curve::LogZeroCross => Some(Shape::Logarithmic),
            volume::Curve::WindowsFade => Some(Shape::Fade),
        };
        self.done = 0;
        self.before = 0;
        match shape {
            Some(shape) if self.full > 0 && from != self.target() => {
                self.value = from;
                self.way = Curve::new(shape, from, self.target());
                self.frames = self.full;
                self.step = (1 << 62) / u64::from(self.frames);
            }
            _ => {
                self.value = self.target();
                self.frames = 0;
            }
        }
    }

    fn waits_for_crossing(&self) -> bool {
        use volume::Curve::{LinearZeroCross, LogZeroCross};
        matches!(self.curve, LinearZeroCross | LogZeroCross)
    }

    fn crosses(&self, sample: i32) -> bool {
        sample == 0 || (sample < 0) != (self.before < 0)
    }
}
