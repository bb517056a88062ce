//! SRC against its definition, and against what a filter should do.

mod common;

use std::f64::consts::TAU;

use acelab_module_sdk::{CreateError, Format, SampleFormat};
use acelab_reference::{Pcm, Rig, Stage};
use common::{any_format, any_sample, create, stream};
use proptest::prelude::*;
use rstest::rstest;

fn any_rate() -> impl Strategy<Value = u32> {
    prop_oneof![
        3 => prop::sample::select(&[8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000][..]),
        1 => 8_000..=192_000u32,
    ]
}

fn with_rate(format: Format, rate: u32, sample: SampleFormat) -> Format {
    Format::new(rate, format.channels() as u8, sample).unwrap()
}

/// What SRC makes of a stream, cut as `seed` says.
fn convert(input: &Pcm, buffer: Format, seed: u64) -> Pcm {
    let mut module = create("SRC", input.format, &buffer.rate().to_le_bytes()).unwrap();
    let mut outputs = Rig::new(seed, 70).run(
        &mut *module,
        std::slice::from_ref(input),
        &[buffer],
        |_, _| usize::MAX,
    );
    outputs.remove(0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn equals_its_definition(
        (format, words) in (any_format(), any_rate()).prop_flat_map(|(format, rate)| {
            let format = with_rate(format, rate, format.sample());
            (Just(format), stream(format, 150))
        }),
        rate in any_rate(), sample in any_sample(), seed: u64,
    ) {
        let input = Pcm { format, words };
        let buffer = with_rate(format, rate, sample);
        let expected = Stage::Rate.run(&input, buffer);
        prop_assert_eq!(convert(&input, buffer, seed).difference(&expected), None);
    }
}

/// Part of the power of a sine that arrives as anything else than that sine, in dB,
/// and the gain of the sine in dB.
fn measure(from: u32, to: u32, frequency: f64) -> (f64, f64) {
    let format = |rate| Format::new(rate, 1, SampleFormat::S32).unwrap();
    let sine: Vec<i32> = (0..from / 10)
        .map(|n| ((TAU * frequency * f64::from(n) / f64::from(from)).sin() * 1.8e9) as i32)
        .collect();
    let output = convert(&Pcm::from_q31(format(from), &sine), format(to), 1);
    // Behind the filter's start, over whole periods.
    let start = output.words.len() / 2;
    let periods = (f64::from(to / 25) / f64::from(to) * frequency).floor();
    let length = (periods * f64::from(to) / frequency).round() as usize;
    let part = &output.words[start..start + length];
    let angle = |n: usize| TAU * frequency * n as f64 / f64::from(to);
    let project = |function: fn(f64) -> f64| {
        let products = part
            .iter()
            .enumerate()
            .map(|(n, v)| f64::from(*v) * function(angle(n)));
        products.sum::<f64>() * 2.0 / length as f64
    };
    let (a, b) = (project(f64::sin), project(f64::cos));
    let rest = part
        .iter()
        .enumerate()
        .map(|(n, v)| (f64::from(*v) - a * angle(n).sin() - b * angle(n).cos()).powi(2));
    let rest = rest.sum::<f64>() / length as f64;
    let power = (a * a + b * b) / 2.0;
    (
        10.0 * (rest / power).log10(),
        10.0 * (power * 2.0).log10() - 20.0 * 1.8e9f64.log10(),
    )
}

#[rstest]
#[case(44_100, 48_000, 1_000.0)]
#[case(44_100, 48_000, 15_000.0)]
#[case(48_000, 44_100, 1_000.0)]
#[case(48_000, 44_100, 15_000.0)]
#[case(48_000, 16_000, 1_000.0)]
#[case(8_000, 48_000, 1_000.0)]
#[case(192_000, 48_000, 1_000.0)]
#[case(96_000, 48_000, 15_000.0)]
fn what_is_passed_is_clean(#[case] from: u32, #[case] to: u32, #[case] frequency: f64) {
    let (rest, gain) = measure(from, to, frequency);
    assert!(rest < -85.0, "the rest is at {rest:.1} dB");
    assert!(gain.abs() < 0.05, "the gain is {gain:.3} dB");
}

#[rstest]
#[case(96_000, 48_000, 25_000.0)]
#[case(48_000, 16_000, 8_500.0)]
#[case(48_000, 44_100, 23_000.0)]
fn what_would_alias_is_stopped(#[case] from: u32, #[case] to: u32, #[case] frequency: f64) {
    let format = |rate| Format::new(rate, 1, SampleFormat::S32).unwrap();
    let sine: Vec<i32> = (0..from / 10)
        .map(|n| ((TAU * frequency * f64::from(n) / f64::from(from)).sin() * 1.8e9) as i32)
        .collect();
    let output = convert(&Pcm::from_q31(format(from), &sine), format(to), 1);
    let peak = output.words[output.words.len() / 2..]
        .iter()
        .map(|v| v.unsigned_abs())
        .max();
    let level = 20.0 * (f64::from(peak.unwrap()) / 1.8e9).log10();
    assert!(level < -85.0, "{level:.1} dB are left");
}

#[test]
fn the_latency_is_24_periods_of_the_lower_rate() {
    let format = |rate| Format::new(rate, 1, SampleFormat::S32).unwrap();
    let mut impulse = vec![0; 400];
    impulse[100] = i32::MAX / 2;
    for (from, to, expected) in [
        (48_000, 96_000, 248),
        (96_000, 48_000, 74),
        (48_000, 48_000, 100),
    ] {
        let output = convert(&Pcm::from_q31(format(from), &impulse), format(to), 1);
        let peak = output
            .words
            .iter()
            .enumerate()
            .max_by_key(|(_, value)| **value);
        assert_eq!(peak.unwrap().0, expected, "{from} to {to}");
    }
}

#[test]
fn wrong_payloads_are_refused() {
    let format = Format::new(48_000, 2, SampleFormat::S16).unwrap();
    let refused = |specific: &[u8]| create("SRC", format, specific).err();
    assert_eq!(refused(&[]), Some(CreateError::Length(0)));
    assert_eq!(refused(&[0; 3]), Some(CreateError::Length(3)));
    assert_eq!(
        refused(&[0x80, 0xBB, 0, 0, 0]),
        Some(CreateError::Length(5))
    );
    for rate in [0, 7_999, 192_001, u32::MAX] {
        let expected = Some(CreateError::Value("rate of the output"));
        assert_eq!(refused(&u32::to_le_bytes(rate)), expected);
    }
}
