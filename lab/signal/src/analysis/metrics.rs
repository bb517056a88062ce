//! Numbers about one channel of a recording.

use super::fit::Sine;
use super::spectrum::spectrum;

/// What was measured. Levels are in dBFS, a sine from rail to rail having 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Metrics {
    /// Root mean square.
    pub level: f64,
    /// The highest peak.
    pub peak: f64,
    /// Frequency of the strongest sine in hertz, if there is one.
    pub frequency: Option<f64>,
    /// Everything but that sine, relative to it, in dB.
    pub thd_n: Option<f64>,
}

/// What silence is told as.
const FLOOR: f64 = -200.0;
/// Samples that are looked at, so that a long recording takes no longer.
const LENGTH_MAX: usize = 1 << 16;

/// Measures the samples of a channel, 1.0 being full scale.
pub fn measure(samples: &[f64], rate: u32) -> Metrics {
    let part = &samples[..samples.len().min(LENGTH_MAX)];
    let power = samples.iter().map(|sample| sample * sample).sum::<f64>();
    let power = power / samples.len().max(1) as f64;
    let peak = samples.iter().fold(0.0_f64, |peak, s| peak.max(s.abs()));
    let rate = f64::from(rate);
    let guess = spectrum(part, rate as u32).peak() / rate;
    let sine = Sine::fit(part, guess).filter(|sine| sine.amplitude() > 1e-9);
    Metrics {
        level: decibels(libm::sqrt(power * 2.0)),
        peak: decibels(peak),
        frequency: sine.map(|sine| sine.frequency * rate),
        thd_n: sine.map(|sine| {
            let own = sine.amplitude() * sine.amplitude() / 2.0;
            decibels(libm::sqrt(sine.residual(part) / own))
        }),
    }
}

fn decibels(amplitude: f64) -> f64 {
    if amplitude > 0.0 {
        (20.0 * libm::log10(amplitude)).max(FLOOR)
    } else {
        FLOOR
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use std::path::Path;

    fn measured(signal: &str, format: &str) -> Metrics {
        let format = format.parse().expect("a format");
        let source = Source::open(&signal.parse().expect("a signal"), format, Path::new("."));
        let pcm = source.expect("no file").pcm(0, 48_000);
        measure(&pcm.channel(1, 0, 48_000), format.rate)
    }

    #[test]
    fn a_sine_has_its_level_and_frequency_and_the_noise_of_its_bits() {
        for (format, thd_n) in [
            ("s16le/48000/2", -92.0),
            ("s24le/48000/2", -140.0),
            ("f32le/48000/2", -130.0),
        ] {
            let found = measured("sine 997 Hz -6 dBFS", format);
            assert!((found.level + 6.0).abs() < 0.01, "{found:?}");
            assert!((found.peak + 6.0).abs() < 0.01, "{found:?}");
            assert!(
                (found.frequency.expect("a sine") - 997.0).abs() < 0.001,
                "{found:?}"
            );
            let came = found.thd_n.expect("a sine");
            assert!(came < thd_n && came > thd_n - 25.0, "{format}: {found:?}");
        }
    }

    #[test]
    fn a_fault_in_a_sine_is_distortion() {
        let format = "s16le/48000/1".parse().expect("a format");
        let signal = "sine 997 Hz -6 dBFS".parse().expect("a signal");
        let source = Source::open(&signal, format, Path::new(".")).expect("no file");
        let mut samples = source.pcm(0, 48_000).channel(0, 0, 48_000);
        samples.drain(24_000..24_010);
        let found = measure(&samples, 48_000);
        assert!(found.thd_n.expect("a sine") > -30.0, "{found:?}");
    }

    #[test]
    fn noise_is_no_sine_and_silence_is_nothing() {
        let noise = measured("noise", "s16le/48000/2");
        assert!(noise.thd_n.expect("something") > 10.0, "{noise:?}");
        let silence = measured("silence", "s16le/48000/2");
        assert_eq!((silence.level, silence.thd_n), (FLOOR, None), "{silence:?}");
    }
}
