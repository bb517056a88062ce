//! Gain and peak volume.

use acelab_abi::ipc4::volume::{ALL_CHANNELS, Curve, UNITY, VolumeRecord};

/// What a host does to a volume while the stream runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Parameter 0.
    Volume(VolumeRecord),
    /// Parameter 1: bits that the output is shifted down.
    Attenuation(u32),
    /// Parameter 2: duration of later ramps in 100 ns.
    Duration(u64),
    /// Parameter 200 for one channel; `true` mutes.
    Mute(usize, bool),
}

/// What GAIN and PEAKVOL compute.
#[derive(Clone, Debug, Default)]
pub struct VolumeStage {
    /// The records of INIT_INSTANCE.
    pub init: Vec<VolumeRecord>,
    /// What comes later, with the number of frames that were processed before.
    pub changes: Vec<(usize, Change)>,
}

impl VolumeStage {
    /// One volume for all channels, from the start.
    pub fn constant(target: u32) -> Self {
        Self {
            init: vec![VolumeRecord::all(target)],
            changes: Vec::new(),
        }
    }

    /// The output for interleaved Q1.31 samples.
    pub fn run(&self, samples: &[i32], channels: usize, rate: u32) -> Vec<i32> {
        let mut out = vec![0; samples.len()];
        for channel in 0..channels {
            let input: Vec<i32> = samples
                .iter()
                .skip(channel)
                .step_by(channels)
                .copied()
                .collect();
            let output = self.channel(&input, channel, rate);
            for (place, value) in out.iter_mut().skip(channel).step_by(channels).zip(output) {
                *place = value;
            }
        }
        out
    }

    fn channel(&self, input: &[i32], channel: usize, rate: u32) -> Vec<i32> {
        let mut state = State::new();
        for record in &self.init {
            state.apply(&Change::Volume(*record), channel, rate);
        }
        // A stream fades in from silence.
        state.begin(0);
        let mut output = Vec::new();
        for (frame, sample) in input.iter().enumerate() {
            for (_, change) in self.changes.iter().filter(|(at, _)| *at == frame) {
                state.apply(change, channel, rate);
            }
            let volume = state.step(*sample);
            let factor = if volume == UNITY {
                1 << 31
            } else {
                i128::from(volume)
            };
            let places = 31 + state.attenuation;
            let value = (i128::from(*sample) * factor + (1 << (places - 1))) >> places;
            output.push(value as i32);
        }
        output
    }
}

struct State {
    volume: u32,
    wanted: u32,
    muted: bool,
    curve: Curve,
    duration: u64,
    attenuation: u32,
    /// The ramp that is under way: where it began, its frames, those done.
    ramp: Option<(u32, u32, u32)>,
    before: i32,
    /// Frames of a whole ramp.
    full: u32,
}

impl State {
    fn new() -> Self {
        Self {
            volume: UNITY,
            wanted: UNITY,
            muted: false,
            curve: Curve::None,
            duration: 0,
            attenuation: 0,
            ramp: None,
            before: 0,
            full: 0,
        }
    }

    fn target(&self) -> u32 {
        if self.muted { 0 } else { self.wanted }
    }

    fn apply(&mut self, change: &Change, channel: usize, rate: u32) {
        match *change {
            Change::Volume(record) => {
                if record.channel == ALL_CHANNELS || record.channel as usize == channel {
                    self.wanted = record.target;
                    self.curve = Curve::from_code(record.curve).unwrap();
                    self.set_duration(record.duration, rate);
                    self.begin(self.volume);
                }
            }
            Change::Attenuation(bits) => self.attenuation = bits,
            Change::Duration(duration) => self.set_duration(duration, rate),
            Change::Mute(which, muted) => {
                if which == channel && self.muted != muted {
                    self.muted = muted;
                    self.begin(self.volume);
                }
            }
        }
    }

    fn set_duration(&mut self, duration: u64, rate: u32) {
        self.duration = duration;
        let frames = (u128::from(duration) * u128::from(rate)).div_ceil(10_000_000);
        self.full = frames.min(1 << 31) as u32;
    }

    fn begin(&mut self, from: u32) {
        if self.curve == Curve::None || self.full == 0 || from == self.target() {
            self.volume = self.target();
            self.ramp = None;
        } else {
            self.volume = from;
            self.ramp = Some((from, self.full, 0));
        }
        self.before = 0;
    }

    /// The volume of the next sample.
    fn step(&mut self, sample: i32) -> u32 {
        let Some((from, frames, done)) = self.ramp else {
            return self.volume;
        };
        let done = done + 1;
        self.ramp = Some((from, frames, done));
        if done == frames {
            self.volume = self.target();
            self.ramp = None;
            return self.volume;
        }
        let crosses = sample == 0 || (sample < 0) != (self.before < 0);
        self.before = sample;
        let waits = matches!(self.curve, Curve::LinearZeroCross | Curve::LogZeroCross);
        if crosses || !waits {
            let fraction = (i128::from(done) * ((1 << 62) / i128::from(frames))) >> 31;
            self.volume = on_curve(self.curve, from, self.target(), fraction);
        }
        self.volume
    }
}

/// The volume at a fraction (Q0.31) of a ramp.
fn on_curve(curve: Curve, from: u32, to: u32, fraction: i128) -> u32 {
    match curve {
        Curve::None => to,
        Curve::Linear | Curve::LinearZeroCross => line(from, to, fraction),
        Curve::WindowsFade => {
            let power = |fraction| i128::from(lookup(fraction, |x| x.powf(1.75) * 2f64.powi(31)));
            if from <= to {
                line(from, to, power(fraction))
            } else {
                line(to, from, power((1 << 31) - fraction))
            }
        }
        Curve::Log | Curve::LogZeroCross => {
            let log = |volume: u32| {
                let above_bottom = f64::from(volume.max(1 << 16)) / 65_536.0;
                (above_bottom.log2() * 2f64.powi(26)) as u32
            };
            let log = line(log(from), log(to), fraction);
            let (whole, rest) = (log >> 26, log & 0x3FF_FFFF);
            let power = lookup(i128::from(rest) << 5, |x| x.exp2() * 2f64.powi(30));
            power >> (14 - whole)
        }
    }
}

/// A function of 0 to 1 by straight lines between 33 points, which are rounded
/// downwards.
fn lookup(fraction: i128, function: impl Fn(f64) -> f64) -> u32 {
    let point = |n: i128| function(n as f64 / 32.0) as u32;
    let (step, rest) = (fraction >> 26, (fraction & 0x3FF_FFFF) << 5);
    if step == 32 {
        return point(32);
    }
    line(point(step), point(step + 1), rest)
}

fn line(from: u32, to: u32, fraction: i128) -> u32 {
    let way = i128::from(to) - i128::from(from);
    (i128::from(from) + ((way * fraction) >> 31)) as u32
}
