//! How much of which frequency.

use std::f64::consts::TAU;

/// Levels by frequency. A sine of amplitude 1 in the middle of a bin has 0 dBFS there.
#[derive(Debug, Clone, PartialEq)]
pub struct Spectrum {
    /// Hertz from one bin to the next.
    pub step: f64,
    /// dBFS of each bin from 0 Hz on.
    pub levels: Vec<f64>,
}

/// The longest part of a recording that is transformed.
const LENGTH_MAX: usize = 1 << 16;
/// What silence is shown as.
const FLOOR: f64 = -200.0;

/// The spectrum of the first samples, as many as are a power of two, under a Hann window.
pub fn spectrum(samples: &[f64], rate: u32) -> Spectrum {
    let length = match samples.len() {
        0..2 => {
            return Spectrum {
                step: f64::from(rate),
                levels: vec![FLOOR],
            };
        }
        many => (1 << many.ilog2()).min(LENGTH_MAX),
    };
    let turn = TAU / length as f64;
    let mut values: Vec<Complex> = samples[..length]
        .iter()
        .enumerate()
        .map(|(index, sample)| {
            let window = 0.5 - 0.5 * libm::cos(turn * index as f64);
            (sample * window, 0.0)
        })
        .collect();
    transform(&mut values);
    // The window's mean is one half, and half of a sine is at the negative frequency.
    let scale = 4.0 / length as f64;
    let level = |(re, im): &Complex| {
        let size = libm::hypot(*re, *im) * scale;
        if size > 0.0 {
            (20.0 * libm::log10(size)).max(FLOOR)
        } else {
            FLOOR
        }
    };
    Spectrum {
        step: f64::from(rate) / length as f64,
        levels: values[..length / 2].iter().map(level).collect(),
    }
}

impl Spectrum {
    /// The frequency of the highest peak above 0 Hz, in hertz.
    pub fn peak(&self) -> f64 {
        let bins = self.levels.iter().enumerate().skip(1);
        let highest = bins.max_by(|(_, a), (_, b)| a.total_cmp(b));
        highest.map_or(0.0, |(bin, _)| bin as f64 * self.step)
    }
}

type Complex = (f64, f64);

/// Fourier transform in place; the length is a power of two.
fn transform(values: &mut [Complex]) {
    let length = values.len();
    let bits = length.ilog2();
    for index in 0..length {
        let mirror = index.reverse_bits() >> (usize::BITS - bits);
        if index < mirror {
            values.swap(index, mirror);
        }
    }
    let mut half = 1;
    while half < length {
        let turn = -TAU / (2 * half) as f64;
        let factors: Vec<Complex> = (0..half)
            .map(|k| libm::sincos(turn * k as f64))
            .map(|(sin, cos)| (cos, sin))
            .collect();
        for block in values.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for ((a, b), (cos, sin)) in low.iter_mut().zip(high).zip(&factors) {
                let turned = (b.0 * cos - b.1 * sin, b.0 * sin + b.1 * cos);
                (*a, *b) = (
                    (a.0 + turned.0, a.1 + turned.1),
                    (a.0 - turned.0, a.1 - turned.1),
                );
            }
        }
        half *= 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sine_is_one_peak_of_its_level() {
        let sine = |bin: f64| move |n: usize| libm::sin(TAU * bin * n as f64 / 1024.0) * 0.5;
        let samples: Vec<f64> = (0..1024).map(sine(100.0)).collect();
        let found = spectrum(&samples, 48_000);
        assert_eq!(found.levels.len(), 512);
        assert!(
            (found.levels[100] + 6.02).abs() < 0.01,
            "{}",
            found.levels[100]
        );
        assert!(found.levels[110] < -150.0 && found.levels[300] < -150.0);
        assert_eq!(found.peak(), 100.0 * 46.875);
    }

    #[test]
    fn short_and_silent_recordings_have_a_spectrum() {
        assert_eq!(spectrum(&[], 48_000).levels.len(), 1);
        assert!(
            spectrum(&[0.0; 100], 48_000)
                .levels
                .iter()
                .all(|level| *level == FLOOR)
        );
    }
}
