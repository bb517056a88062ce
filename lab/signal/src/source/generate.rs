//! The samples of a signal. Any frame can be asked for at any time.

use std::f64::consts::TAU;
use std::path::Path;

use super::{Shape, Signal};
use crate::format::Format;
use crate::pcm::Pcm;
use crate::wav::{WavError, read_wav};

/// A signal in a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    signal: Signal,
    format: Format,
    /// Q1.31 samples of a file.
    file: Vec<i32>,
}

/// The largest Q1.31 value as a factor.
const FULL_SCALE: f64 = 2_147_483_647.0;

impl Source {
    /// The signal in `format`. A file is looked for in `folder`; it must have the
    /// rate and the channels of the format.
    pub fn open(signal: &Signal, format: Format, folder: &Path) -> Result<Self, WavError> {
        let file = match &signal.shape {
            Shape::Wav { path } => {
                let (samples, rate, channels) = read_wav(&folder.join(path))?;
                if (rate, channels) != (format.rate, u16::from(format.channels)) {
                    return Err(WavError::Other {
                        rate,
                        channels,
                        wanted: format,
                    });
                }
                samples
            }
            _ => Vec::new(),
        };
        Ok(Self {
            signal: signal.clone(),
            format,
            file,
        })
    }

    /// Its format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Interleaved Q1.31 samples of `count` frames from frame `first` on.
    pub fn samples(&self, first: u64, count: usize) -> Vec<i32> {
        let channels = u64::from(self.format.channels);
        let factor = self.signal.level.factor();
        let frames = first..first + count as u64;
        frames
            .flat_map(|frame| (0..channels).map(move |channel| (frame, channel)))
            .map(|(frame, channel)| self.sample(frame, channel, factor))
            .collect()
    }

    /// The same as they lie in memory.
    pub fn pcm(&self, first: u64, count: usize) -> Pcm {
        Pcm::new(self.format, self.format.encode(&self.samples(first, count)))
    }

    fn sample(&self, frame: u64, channel: u64, factor: f64) -> i32 {
        let rate = u64::from(self.format.rate);
        let channels = u64::from(self.format.channels);
        let scaled = |value: f64| libm::round(value * factor * FULL_SCALE) as i32;
        let turns = |turns: f64| scaled(libm::sin(TAU * turns));
        let ahead = channel as f64 / 16.0;
        match self.signal.shape {
            Shape::Sine { frequency } => {
                let second = u128::from(rate) * 1_000;
                let phase = u128::from(frame) * u128::from(frequency) % second;
                turns(phase as f64 / second as f64 + ahead)
            }
            Shape::Sweep { from, to, span } => {
                let (time, span, from, to) = round(frame, rate, span, from, to);
                let growth = libm::log(to / from);
                let cycles = if growth == 0.0 {
                    from * time
                } else {
                    from * span / growth * (libm::exp(growth * time / span) - 1.0)
                };
                turns(cycles - libm::floor(cycles) + ahead)
            }
            Shape::Chirp { from, to, span } => {
                let (time, span, from, to) = round(frame, rate, span, from, to);
                let cycles = from * time + (to - from) * time * time / (2.0 * span);
                turns(cycles - libm::floor(cycles) + ahead)
            }
            Shape::Impulse { period } => {
                let frames = (period * rate / 1_000_000).max(1);
                let is_peak = frame % frames == channel % frames;
                scaled(f64::from(u8::from(is_peak)))
            }
            Shape::Noise { seed } => {
                let bits = mixed(seed, frame * channels + channel);
                scaled(f64::from((bits >> 32) as i32) / (FULL_SCALE + 1.0))
            }
            Shape::Silence => 0,
            Shape::Counter => (((frame * channels + channel) as u16) as i16 as i32) << 16,
            Shape::Wav { .. } => {
                let index = usize::try_from(frame * channels + channel).unwrap_or(usize::MAX);
                self.file.get(index).copied().unwrap_or(0)
            }
        }
    }
}

/// Seconds since the round began, seconds of a round, and its frequencies in hertz.
fn round(frame: u64, rate: u64, span: u64, from: u64, to: u64) -> (f64, f64, f64, f64) {
    let frames = (span * rate / 1_000_000).max(1);
    let time = (frame % frames) as f64 / rate as f64;
    (
        time,
        frames as f64 / rate as f64,
        from as f64 / 1_000.0,
        to as f64 / 1_000.0,
    )
}

/// SplitMix64 of the `index`th number after `seed`.
fn mixed(seed: u64, index: u64) -> u64 {
    let mut z = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn source(text: &str) -> Source {
        let signal = text.parse().expect("a signal");
        let format = "s16le/48000/2".parse().expect("a format");
        Source::open(&signal, format, Path::new(".")).expect("no file")
    }

    /// Sums over the samples: they hold on every host, or a recording is not comparable.
    #[test]
    fn the_bits_are_the_same_on_every_host() {
        let sum = |text: &str| {
            let samples = source(text).samples(0, 48_000);
            samples.iter().fold(0_u64, |sum, sample| {
                sum.wrapping_mul(31).wrapping_add(*sample as u32 as u64)
            })
        };
        let sums = [
            "sine 997 Hz -6 dBFS",
            "sweep 20 Hz 20 kHz 1 s",
            "chirp 20 Hz 20 kHz 1 s",
            "impulse 10 ms",
            "noise seed 7",
            "counter",
        ]
        .map(sum);
        assert_eq!(sums, SUMS);
    }

    const SUMS: [u64; 6] = [
        10_599_575_511_325_843_456,
        11_035_510_564_323_762_737,
        12_738_934_697_670_771_874,
        9_736_712_829_075_655_168,
        14_180_253_197_739_903_193,
        17_088_425_592_497_373_184,
    ];

    #[test]
    fn signals_look_as_they_should() {
        let sine = source("sine 12 kHz 0 dBFS").samples(0, 4);
        assert_eq!(
            [sine[0], sine[2], sine[4], sine[6]],
            [0, i32::MAX, 0, -i32::MAX]
        );
        let impulse = source("impulse 10 ms 0 dBFS").samples(479, 4);
        assert_eq!(impulse, [0, 0, i32::MAX, 0, 0, i32::MAX, 0, 0]);
        let counter = source("counter").samples(0x7FFF, 1);
        assert_eq!(
            counter,
            [
                (0xFFFE_u16 as i16 as i32) << 16,
                (0xFFFF_u16 as i16 as i32) << 16
            ]
        );
        assert!(source("silence").pcm(7, 100).is_silent(0, 100));
    }

    proptest! {
        #[test]
        fn a_part_is_a_part_of_the_whole(first in 0..1_000_u64, count in 0..100_usize) {
            for text in ["sine 997 Hz", "noise", "counter", "sweep 20 Hz 2 kHz 3 ms"] {
                let source = source(text);
                let whole = source.samples(0, 1_100);
                let from = 2 * usize::try_from(first).expect("small");
                prop_assert_eq!(&source.samples(first, count), &whole[from..from + 2 * count]);
            }
        }
    }
}
