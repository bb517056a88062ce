//! What was recorded of a stream.

use acelab_abi::clock::Nanos;
use acelab_signal::Pcm;

/// Everything recorded of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Track {
    /// The stream's name.
    pub stream: String,
    /// From each start or resume to the next pause or stop.
    pub takes: Vec<Take>,
}

/// A stream between two messages of the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Take {
    /// When the message was sent that began it.
    pub begin: Nanos,
    /// When the message was sent that ended it.
    pub end: Nanos,
    /// Whether the signal begins anew here, not where it stood.
    pub fresh: bool,
    /// What was recorded, each part without a gap.
    pub parts: Vec<Part>,
}

/// Frames one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Virtual time of the first one.
    pub start: Nanos,
    /// The frames.
    pub pcm: Pcm,
}

impl Part {
    /// Virtual time of a frame.
    pub fn time(&self, frame: usize) -> Nanos {
        let rate = u128::from(self.pcm.format().rate);
        let offset = frame as u128 * 1_000_000_000 / rate;
        self.start
            .saturating_add(Nanos(u64::try_from(offset).unwrap_or(u64::MAX)))
    }
}
