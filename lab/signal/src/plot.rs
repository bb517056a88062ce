//! A picture of a place in a recording.

use plotters::prelude::*;

use crate::analysis::{Spectrum, spectrum};
use crate::pcm::Pcm;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
#[error("cannot draw: {0}")]
pub struct PlotError(String);

/// Frames on each side of the place.
const AROUND: usize = 96;
const SIZE: (u32, u32) = (1_000, 700);

/// An SVG with the waveform of `recorded` around frame `at` beside what was expected
/// there, and below the spectra of both. `latency` is the frame of the recording that
/// holds the first of `expected`.
pub fn plot(
    title: &str,
    expected: &Pcm,
    recorded: &Pcm,
    latency: i64,
    at: usize,
) -> Result<String, PlotError> {
    let mut text = String::new();
    draw(&mut text, title, expected, recorded, latency, at)
        .map_err(|error| PlotError(error.to_string()))?;
    Ok(text)
}

type Drawn = Result<(), Box<dyn std::error::Error>>;

fn draw(
    text: &mut String,
    title: &str,
    expected: &Pcm,
    recorded: &Pcm,
    latency: i64,
    at: usize,
) -> Drawn {
    let area = SVGBackend::with_string(text, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let (upper, lower) = area
        .titled(title, ("sans-serif", 18))?
        .split_vertically(380);
    let from = at.saturating_sub(AROUND);
    let to = (at + AROUND).min(recorded.frames()).max(from + 1);
    let mut chart = ChartBuilder::on(&upper)
        .margin(8)
        .x_label_area_size(32)
        .y_label_area_size(48)
        .build_cartesian_2d(from..to, -1.05..1.05)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc("frame of the recording")
        .y_desc("channel 0")
        .draw()?;
    let moved = |frame: usize| usize::try_from(frame as i64 - latency).ok();
    let wanted = (from..to).filter_map(|frame| {
        let place = moved(frame).filter(|place| *place < expected.frames())?;
        Some((
            frame,
            expected.channel(0, place, place + 1).first().copied()?,
        ))
    });
    chart
        .draw_series(LineSeries::new(wanted, BLUE.stroke_width(3)))?
        .label("expected")
        .legend(|(x, y)| PathElement::new([(x, y), (x + 16, y)], BLUE));
    let came = recorded.channel(0, from, to);
    chart
        .draw_series(LineSeries::new((from..).zip(came), RED))?
        .label("recorded")
        .legend(|(x, y)| PathElement::new([(x, y), (x + 16, y)], RED));
    chart.draw_series([PathElement::new([(at, -1.05), (at, 1.05)], BLACK.mix(0.4))])?;
    chart
        .configure_series_labels()
        .background_style(WHITE.mix(0.8))
        .border_style(BLACK)
        .draw()?;
    draw_spectra(&lower, expected, recorded)?;
    area.present()?;
    Ok(())
}

fn draw_spectra(
    area: &DrawingArea<SVGBackend<'_>, plotters::coord::Shift>,
    expected: &Pcm,
    recorded: &Pcm,
) -> Drawn {
    let rate = recorded.format().rate;
    let mut chart = ChartBuilder::on(area)
        .margin(8)
        .x_label_area_size(32)
        .y_label_area_size(48)
        .build_cartesian_2d(0.0..f64::from(rate) / 2.0, -150.0..3.0)?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .x_desc("Hz")
        .y_desc("dBFS")
        .draw()?;
    for (pcm, style) in [(expected, BLUE), (recorded, RED)] {
        let spectrum = spectrum(&pcm.channel(0, 0, pcm.frames().min(1 << 14)), rate);
        chart.draw_series(LineSeries::new(points(&spectrum), style))?;
    }
    Ok(())
}

/// As many points as there are pixels: the highest bin of each.
fn points(spectrum: &Spectrum) -> Vec<(f64, f64)> {
    let group = spectrum.levels.len().div_ceil(1_000).max(1);
    let groups = spectrum.levels.chunks(group).enumerate();
    groups
        .map(|(index, levels)| {
            let highest = levels.iter().copied().fold(f64::MIN, f64::max);
            ((index * group) as f64 * spectrum.step, highest.max(-150.0))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use std::path::Path;

    #[test]
    fn a_picture_shows_both_curves_and_is_the_same_each_time() {
        let format = "s16le/48000/2".parse().expect("a format");
        let signal = "sine 997 Hz".parse().expect("a signal");
        let source = Source::open(&signal, format, Path::new(".")).expect("no file");
        let (expected, recorded) = (source.pcm(0, 4_000), source.pcm(0, 2_000));
        let svg = plot("stream `first`", &expected, &recorded, 0, 1_990).expect("a picture");
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"));
        for part in ["expected", "recorded", "dBFS", "stream `first`"] {
            assert!(svg.contains(part), "{part}");
        }
        let again = plot("stream `first`", &expected, &recorded, 0, 1_990).expect("a picture");
        assert_eq!(svg, again);
    }

    #[test]
    fn an_empty_recording_can_be_drawn() {
        let format = "s16le/48000/2".parse().expect("a format");
        let nothing = Pcm::new(format, Vec::new());
        assert!(plot("", &nothing, &nothing, 7, 0).is_ok());
    }
}
