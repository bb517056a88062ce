//! What was found out about the recordings of a stream.

use acelab_abi::clock::Nanos;
use acelab_signal::{Comparison, GlitchKind, Metrics, NoMatch, Pcm};

use crate::stream::Part;

/// The recordings of a stream beside what they should be.
#[derive(Debug, Clone)]
pub struct AudioResult {
    /// The stream's name.
    pub stream: String,
    /// The signal as it was sent.
    pub input: Option<Pcm>,
    /// What should be recorded; `None` if no reference implementation tells it.
    pub expected: Option<Pcm>,
    /// From each start or resume to the next pause or stop.
    pub takes: Vec<TakeResult>,
}

/// A stream between two messages.
#[derive(Debug, Clone)]
pub struct TakeResult {
    /// When it began and ended.
    pub span: (Nanos, Nanos),
    /// Whether the signal began anew with it.
    pub fresh: bool,
    /// Its recordings; more than one if the port stopped in between.
    pub parts: Vec<PartResult>,
}

/// One recording without a gap.
#[derive(Debug, Clone)]
pub struct PartResult {
    /// The frames.
    pub part: Part,
    /// What should be there, where it is told for each recording of its own.
    pub expected: Option<Pcm>,
    /// What should be heard in it, or no longer, and is not so.
    pub missed: Vec<String>,
    /// Beside what was expected.
    pub comparison: Option<Result<Comparison, NoMatch>>,
    /// What was measured in each channel, from the signal's first frame on.
    pub channels: Vec<Metrics>,
}

impl PartResult {
    /// The frame of the recording that holds the signal's first one.
    pub fn latency(&self) -> Option<i64> {
        let comparison = self.comparison.as_ref()?.as_ref().ok()?;
        Some(comparison.latency)
    }

    /// Frames of the signal that glitches have dropped.
    pub fn dropped(&self) -> usize {
        let glitches = match &self.comparison {
            Some(Ok(comparison)) => &comparison.glitches[..],
            _ => &[],
        };
        let dropped = glitches
            .iter()
            .filter(|glitch| glitch.kind == GlitchKind::Dropped);
        dropped.map(|glitch| glitch.frames).sum()
    }

    /// The frame of the signal with which the recording begins.
    pub fn signal_begin(&self) -> Option<i64> {
        let comparison = self.comparison.as_ref()?.as_ref().ok()?;
        i64::try_from(comparison.first_expected).ok()
    }

    /// The frame of the signal that would come next, if nothing was dropped or added.
    pub fn signal_end(&self) -> Option<i64> {
        let comparison = self.comparison.as_ref()?.as_ref().ok()?;
        let frames = comparison.first_expected + comparison.frames;
        comparison
            .glitches
            .is_empty()
            .then(|| i64::try_from(frames).ok())?
    }
}

impl AudioResult {
    /// All recordings.
    pub fn parts(&self) -> impl Iterator<Item = &PartResult> {
        self.takes.iter().flat_map(|take| &take.parts)
    }
}
