//! Signals that a case names: `sine 997 Hz -6 dBFS`.

mod generate;
mod parse;

use std::path::PathBuf;

pub use generate::Source;
pub use parse::SignalError;

/// A signal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// What it looks like.
    pub shape: Shape,
    /// How loud it is.
    pub level: Level,
}

/// The peak, in hundredths of a decibel below full scale. A sine whose peaks reach
/// full scale has 0 dBFS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Level(pub i32);

impl Level {
    /// What a signal has that says nothing else.
    pub const DEFAULT: Self = Self(-600);

    /// The factor, 1.0 for full scale.
    pub fn factor(self) -> f64 {
        ratio(f64::from(self.0) / 100.0)
    }
}

/// The ratio of two amplitudes that `decibels` lie between, the same on every host.
pub fn ratio(decibels: f64) -> f64 {
    libm::pow(10.0, decibels / 20.0)
}

/// The shape of a signal. Frequencies are in millihertz, times in microseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    /// `sine 997 Hz`. Channel *n* is *n* sixteenths of a turn ahead.
    Sine {
        /// Frequency.
        frequency: u64,
    },
    /// `sweep 20 Hz 20 kHz 1 s`: a sine whose frequency grows by the same factor in
    /// equal times, again and again.
    Sweep {
        /// First frequency.
        from: u64,
        /// Last frequency.
        to: u64,
        /// Length of a round.
        span: u64,
    },
    /// `chirp 20 Hz 20 kHz 1 s`: a sine whose frequency grows by the same amount in
    /// equal times, again and again.
    Chirp {
        /// First frequency.
        from: u64,
        /// Last frequency.
        to: u64,
        /// Length of a round.
        span: u64,
    },
    /// `impulse 10 ms`: one sample in each period, in channel *n* *n* frames later.
    Impulse {
        /// Time between two.
        period: u64,
    },
    /// `noise`, `noise seed 7`: every sample is as likely as any other up to the level.
    Noise {
        /// What makes it another noise.
        seed: u64,
    },
    /// `silence`.
    Silence,
    /// `counter`: the upper 16 bits of the samples count, channel by channel.
    Counter,
    /// `wav speech.wav`: a file beside the case, then silence.
    Wav {
        /// Path, relative to the case.
        path: PathBuf,
    },
}
