//! Mixin, mixout, channel selector, up/down mixer.

use acelab_abi::ipc4::audio_format::ChannelConfig;
use acelab_abi::ipc4::mixer::{MixMode, MixerMode};
use acelab_module_sdk::SampleFormat;

use crate::Pcm;

/// The nearest 32-bit value.
pub(crate) fn saturate(value: i128) -> i32 {
    value.clamp(i32::MIN.into(), i32::MAX.into()) as i32
}

/// `value / 2^places`, rounded to the nearest integer, halves upwards.
pub(crate) fn round(value: i128, places: u32) -> i128 {
    (value + (1 << (places - 1))) >> places
}

/// What an output of MIXIN gets of a frame.
pub(crate) fn mixin_frame(mode: &MixerMode, frame: &[i32], channels: usize) -> Vec<i32> {
    let remap = MixMode::from_code(mode.mode) == Some(MixMode::Remap);
    (0..channels)
        .map(|channel| {
            let from = if !remap {
                channel
            } else if channel < mode.channels as usize {
                (mode.channel_map >> (4 * channel)) as usize % 16
            } else {
                return 0;
            };
            let value = frame.get(from).copied().unwrap_or(0);
            saturate(round(i128::from(value) * i128::from(mode.gain), 10))
        })
        .collect()
}

/// What MIXOUT makes of streams that all start at the same frame, in a buffer with
/// samples of a format: as long as the shortest of them. A single stream is copied.
///
/// # Panics
/// Without any stream.
pub fn mixout(streams: &[Pcm], sample: SampleFormat) -> Pcm {
    if let [single] = streams {
        return single.convert(sample);
    }
    let values: Vec<Vec<i32>> = streams.iter().map(Pcm::to_q31).collect();
    let shortest = values
        .iter()
        .map(Vec::len)
        .min()
        .expect("there is a stream");
    let sums: Vec<i32> = (0..shortest)
        .map(|at| saturate(values.iter().map(|values| i128::from(values[at])).sum()))
        .collect();
    Pcm::from_q31(streams[0].format.with_sample(sample), &sums)
}

/// The frame with these weights: one row for each channel of the output, with
/// `places` bits behind the point.
pub(crate) fn weigh(rows: &[Vec<i32>], places: u32, frame: &[i32]) -> Vec<i32> {
    let weighted = |row: &Vec<i32>| {
        let products = frame.iter().zip(row);
        products
            .map(|(value, weight)| i128::from(*value) * i128::from(*weight))
            .sum()
    };
    rows.iter()
        .map(|row| saturate(round(weighted(row), places)))
        .collect()
}

/// The weights of UPDWMIX between two arrangements, 28 bits behind the point.
/// `custom` has the host's weight for each input channel, Q1.31.
pub fn up_down_weights(
    from: ChannelConfig,
    to: ChannelConfig,
    custom: Option<[i32; 8]>,
) -> Vec<Vec<i32>> {
    let (inputs, outputs) = (names(from), names(to));
    let decibels = |input: &str, output: &str| -> Option<i32> {
        let there = |name: &str| outputs.contains(&name);
        if there(input) {
            return (input == output).then_some(0);
        }
        // In order: the first rule whose speakers are there is it.
        let rules: &[(&str, &[&str], i32)] = match input {
            "C" if inputs.len() == 1 => &[("L", &["L", "R"], 0)],
            "C" => &[("L", &["L", "R"], -3)],
            "L" | "R" => &[("C", &["C"], -6)],
            "Ls" => &[("Lw", &["Lw"], 0), ("L", &["L"], -3), ("C", &["C"], -9)],
            "Rs" => &[("Rw", &["Rw"], 0), ("R", &["R"], -3), ("C", &["C"], -9)],
            "Lw" => &[("Ls", &["Ls"], 0), ("L", &["L"], -3), ("C", &["C"], -9)],
            "Rw" => &[("Rs", &["Rs"], 0), ("R", &["R"], -3), ("C", &["C"], -9)],
            "Cs" => &[
                ("Ls", &["Ls", "Rs"], -3),
                ("L", &["L", "R"], -6),
                ("C", &["C"], -6),
            ],
            _ => &[],
        };
        let (_, targets, level) = rules.iter().find(|(needed, _, _)| there(needed))?;
        targets.contains(&output).then_some(*level)
    };
    let unity = f64::from(1 << 28);
    outputs
        .iter()
        .map(|output| {
            let weight = |(channel, input): (usize, &&str)| match (decibels(input, output), custom)
            {
                (None, _) => 0,
                (Some(_), Some(custom)) => custom[channel].div_euclid(8),
                // 3 dB are a factor of √2 here.
                (Some(level), None) => (unity * 0.5f64.sqrt().powi(-level / 3)) as i32,
            };
            inputs.iter().enumerate().map(weight).collect()
        })
        .collect()
}

fn names(layout: ChannelConfig) -> Vec<&'static str> {
    let names = match layout {
        ChannelConfig::Mono => "C",
        ChannelConfig::Stereo | ChannelConfig::DualMono => "L R",
        ChannelConfig::TwoPointOne => "L R LFE",
        ChannelConfig::ThreePointZero => "L C R",
        ChannelConfig::ThreePointOne => "L C R LFE",
        ChannelConfig::Quatro => "L R Ls Rs",
        ChannelConfig::FourPointZero => "L C R Cs",
        ChannelConfig::FivePointZero => "L C R Ls Rs",
        ChannelConfig::FivePointOne => "L C R Ls Rs LFE",
        ChannelConfig::SevenPointOne => "L C R Ls Rs LFE Lw Rw",
        ChannelConfig::I2sDualStereo0 | ChannelConfig::I2sDualStereo1 => "",
    };
    names.split_whitespace().collect()
}
