//! Where a recording is not what it should be.

use std::fmt;

/// What happened to some frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GlitchKind {
    /// They are missing.
    Dropped,
    /// They are there although nobody sent them here: repeated, or of another stream.
    Repeated,
    /// Silence stands between two frames that belong together.
    Silence,
    /// They have other samples.
    Altered,
}

/// A place where a recording leaves what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Glitch {
    /// What happened.
    pub kind: GlitchKind,
    /// First frame of the recording that is wrong, or before which frames are missing.
    pub recorded: usize,
    /// The frame that was expected there.
    pub expected: usize,
    /// How many frames.
    pub frames: usize,
}

impl fmt::Display for Glitch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.frames == 1 { "" } else { "s" };
        let what = match self.kind {
            GlitchKind::Dropped => "dropped",
            GlitchKind::Repeated => "repeated",
            GlitchKind::Silence => "of silence",
            GlitchKind::Altered => "altered",
        };
        write!(
            f,
            "{} frame{plural} {what} at frame {} (frame {} of the signal)",
            self.frames, self.recorded, self.expected
        )
    }
}
