//! The sound of a case in words that no change of the firmware's timing moves.

use crate::verdict::audio::{AudioResult, PartResult, TakeResult};

/// One line for each take of each stream.
pub(super) fn lines(results: &[AudioResult]) -> Vec<String> {
    let takes = results.iter().flat_map(|result| {
        let takes = result.takes.iter().filter(|take| !take.parts.is_empty());
        takes.map(|take| line(result, take))
    });
    takes.collect()
}

fn line(result: &AudioResult, take: &TakeResult) -> String {
    let mut text = result.stream.clone();
    for part in &take.parts {
        text.push_str(&format!(": {}", sameness(part)));
        for (channel, metrics) in part.channels.iter().enumerate() {
            // The level of anything but a sine depends on where the recording ends.
            if let (Some(frequency), Some(thd_n)) = (metrics.frequency, metrics.thd_n)
                && thd_n < SINE
            {
                let level = tenths(metrics.level, "dBFS");
                let frequency = tenths(frequency, "Hz");
                let sine = format!("{level} {frequency} THD+N {thd_n:.0} dB");
                text.push_str(&format!("; channel {channel} {sine}"));
            }
        }
    }
    text
}

/// Noise and distortion below this make it a sine.
const SINE: f64 = -10.0;

fn sameness(part: &PartResult) -> String {
    match &part.comparison {
        None => "recorded".to_owned(),
        Some(Err(reason)) => reason.to_string(),
        Some(Ok(comparison)) => match comparison.glitches.len() {
            0 => "bit-exact".to_owned(),
            1 => "1 glitch".to_owned(),
            count => format!("{count} glitches"),
        },
    }
}

fn tenths(value: f64, unit: &str) -> String {
    format!("{value:.1} {unit}")
}
