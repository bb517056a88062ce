//! The sound of a failed case: files to hear, pictures to see.

use std::io;
use std::path::Path;

use acelab_signal::{Pcm, plot, write_wav};

use crate::verdict::audio::{AudioResult, PartResult};

/// Writes, for each stream, its signal, what was expected and what was recorded as WAV,
/// and a picture of the first glitch.
pub(super) fn write(folder: &Path, results: &[AudioResult]) -> io::Result<()> {
    for result in results {
        let recorded: Vec<&PartResult> = result.parts().collect();
        let longest = recorded.iter().map(|part| part.part.pcm.frames()).max();
        let Some(longest) = longest.filter(|frames| *frames > 0) else {
            continue;
        };
        let name = |what: &str| folder.join(format!("{}.{what}", result.stream));
        let wav = |what: &str, pcm: &Pcm| {
            write_wav(&name(&format!("{what}.wav")), pcm).map_err(io::Error::other)
        };
        if let Some(input) = &result.input {
            wav("input", &input.cut(0, longest))?;
        }
        if let Some(expected) = &result.expected {
            wav("expected", &expected.cut(0, longest))?;
        }
        for (number, part) in (1..).zip(&recorded) {
            let what = match recorded.len() {
                1 => "recorded".to_owned(),
                _ => format!("recorded.{number}"),
            };
            wav(&what, &part.part.pcm)?;
            if let Some(expected) = &part.expected {
                wav(&what.replace("recorded", "expected"), expected)?;
            }
            if let Some(svg) = picture(result, part)? {
                std::fs::write(name(&format!("{what}.svg")), svg)?;
            }
        }
    }
    Ok(())
}

/// The place of the first glitch, or the beginning of what is not the signal at all.
fn picture(result: &AudioResult, part: &PartResult) -> io::Result<Option<String>> {
    let Some(expected) = part.expected.as_ref().or(result.expected.as_ref()) else {
        return Ok(None);
    };
    let (latency, at, what) = match &part.comparison {
        Some(Ok(comparison)) => match comparison.glitches.first() {
            Some(glitch) => (comparison.latency, glitch.recorded, glitch.to_string()),
            None => return Ok(None),
        },
        Some(Err(reason)) => (0, 0, reason.to_string()),
        None => return Ok(None),
    };
    let title = format!("stream `{}`: {what}", result.stream);
    plot(&title, expected, &part.part.pcm, latency, at)
        .map(Some)
        .map_err(io::Error::other)
}
