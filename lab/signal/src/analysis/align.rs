//! Laying a recording over what was expected.

use super::glitch::{Glitch, GlitchKind};
use crate::pcm::Pcm;

/// Frames that must agree for two places to be the same place.
const WINDOW: usize = 32;
/// The longest gap after which the rest is looked for, in frames.
const GAP_MAX: usize = 20_000;
/// Glitches after which counting further says nothing more.
const GLITCHES_MAX: usize = 64;

/// Where in the signal a recording may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// With its first frame; others before the first that is there were dropped.
    Beginning,
    /// Anywhere.
    Anywhere,
}

/// A recording beside what was expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The frame of the recording that holds the signal's first one; negative if the
    /// recording began later than the signal.
    pub latency: i64,
    /// The first frame of the recording that belongs to the signal.
    pub first: usize,
    /// The frame of the signal that is there.
    pub first_expected: usize,
    /// Frames of the recording from there on.
    pub frames: usize,
    /// The differences, in order. At most 64 are told.
    pub glitches: Vec<Glitch>,
}

/// Why a recording cannot be laid over what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoMatch {
    /// There is nothing but silence.
    #[error("nothing but {0} frames of silence were recorded")]
    Silent(usize),
    /// No part of it is part of the signal.
    #[error("none of the {0} recorded frames belongs to the signal")]
    Foreign(usize),
}

/// Finds where `recorded` begins to follow `expected`, and everything in it that does
/// not. What was recorded before the signal must be silence.
pub fn compare(expected: &Pcm, recorded: &Pcm, start: Start) -> Result<Comparison, NoMatch> {
    let pair = Pair { expected, recorded };
    let (first, first_expected) = match pair.first() {
        Ok(place) => place,
        // A signal of silence is recorded as silence, and then the latency is unknown.
        Err(NoMatch::Silent(frames)) if frames > 0 && expected.is_silent(0, frames) => (0, 0),
        Err(reason) => return Err(reason),
    };
    let mut glitches = Vec::new();
    if !recorded.is_silent(0, first) {
        glitches.push(Glitch {
            kind: GlitchKind::Altered,
            recorded: 0,
            expected: first_expected.saturating_sub(first),
            frames: first,
        });
    }
    let is_dropped = start == Start::Beginning && !expected.is_silent(0, first_expected);
    if is_dropped && glitches.is_empty() {
        glitches.push(Glitch {
            kind: GlitchKind::Dropped,
            recorded: first,
            expected: 0,
            frames: first_expected,
        });
    }
    pair.walk(first, first_expected, &mut glitches);
    Ok(Comparison {
        latency: first as i64 - first_expected as i64,
        first,
        first_expected,
        frames: recorded.frames() - first,
        glitches,
    })
}

struct Pair<'a> {
    expected: &'a Pcm,
    recorded: &'a Pcm,
}

impl Pair<'_> {
    /// The first frames of recording and signal that are the same: a window of sound is
    /// looked for, then the way back from it.
    fn first(&self) -> Result<(usize, usize), NoMatch> {
        let (mut recorded, mut expected) = self.anchor()?;
        while recorded > 0
            && expected > 0
            && self.recorded.frame(recorded - 1) == self.expected.frame(expected - 1)
        {
            recorded -= 1;
            expected -= 1;
        }
        Ok((recorded, expected))
    }

    /// A window of sound in the recording, and its place in the signal.
    fn anchor(&self) -> Result<(usize, usize), NoMatch> {
        let frames = self.recorded.frames();
        let sound = (0..frames).find(|at| !self.recorded.is_silent(*at, at + 1));
        let sound = sound.ok_or(NoMatch::Silent(frames))?;
        let last = frames.saturating_sub(WINDOW).max(sound);
        let anchors = (sound..=last).step_by(WINDOW).take(GLITCHES_MAX * 8);
        for anchor in anchors {
            let window = self.recorded.slice(anchor, anchor + WINDOW);
            let mut places = 0..=self.expected.frames().saturating_sub(WINDOW);
            let matches =
                |at: &usize| self.expected.slice(*at, at + WINDOW) == window && !is_flat(window);
            if let Some(place) = places.find(matches) {
                return Ok((anchor, place));
            }
        }
        Err(NoMatch::Foreign(frames))
    }

    /// Follows both from a pair of frames that should be the same.
    fn walk(&self, mut recorded: usize, mut expected: usize, glitches: &mut Vec<Glitch>) {
        while recorded < self.recorded.frames() && expected < self.expected.frames() {
            if self.recorded.frame(recorded) == self.expected.frame(expected) {
                recorded += 1;
                expected += 1;
                continue;
            }
            if glitches.len() == GLITCHES_MAX {
                return;
            }
            let glitch = self.explain(recorded, expected);
            glitches.push(glitch);
            match glitch.kind {
                GlitchKind::Dropped => expected += glitch.frames,
                GlitchKind::Repeated | GlitchKind::Silence => recorded += glitch.frames,
                GlitchKind::Altered => {
                    recorded += glitch.frames;
                    expected += glitch.frames;
                }
            }
        }
    }

    /// The shortest change after which both go on alike.
    fn explain(&self, recorded: usize, expected: usize) -> Glitch {
        let glitch = |kind, frames| Glitch {
            kind,
            recorded,
            expected,
            frames,
        };
        for frames in 1..=GAP_MAX {
            if self.agree(recorded + frames, expected + frames) {
                return glitch(GlitchKind::Altered, frames);
            }
            if self.agree(recorded, expected + frames) {
                return glitch(GlitchKind::Dropped, frames);
            }
            if self.agree(recorded + frames, expected) {
                let silent = self.recorded.is_silent(recorded, recorded + frames);
                let kind = if silent {
                    GlitchKind::Silence
                } else {
                    GlitchKind::Repeated
                };
                return glitch(kind, frames);
            }
        }
        let left = self.recorded.frames() - recorded;
        let silent = self.recorded.is_silent(recorded, recorded + left);
        glitch(
            if silent {
                GlitchKind::Silence
            } else {
                GlitchKind::Altered
            },
            left,
        )
    }

    /// Whether a whole window is the same; at the end of the recording, what is left of one.
    fn agree(&self, recorded: usize, expected: usize) -> bool {
        let left = self.recorded.frames().saturating_sub(recorded);
        let window = WINDOW.min(left);
        window > 0
            && expected + window <= self.expected.frames()
            && self.recorded.slice(recorded, recorded + window)
                == self.expected.slice(expected, expected + window)
    }
}

/// A window of one value only, of which there are many.
fn is_flat(window: &[u8]) -> bool {
    window.len() < WINDOW || window.iter().all(|byte| *byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use proptest::prelude::*;
    use std::path::Path;

    fn signal(text: &str, frames: usize) -> Pcm {
        let signal = text.parse().expect("a signal");
        let format = "s16le/48000/2".parse().expect("a format");
        let source = Source::open(&signal, format, Path::new(".")).expect("no file");
        source.pcm(0, frames)
    }

    fn join(parts: &[&[u8]]) -> Pcm {
        let format = "s16le/48000/2".parse().expect("a format");
        Pcm::new(format, parts.concat())
    }

    const LENGTH: usize = 4_000;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Plants one glitch of each kind anywhere and looks for it.
        #[test]
        fn what_is_planted_is_found(
            kind in 0..4_u8,
            at in 100..3_000_usize,
            frames in 1..300_usize,
            latency in 0..500_usize,
            sine: bool,
        ) {
            let text = if sine { "sine 997 Hz -6 dBFS" } else { "noise seed 3" };
            let sent = signal(text, LENGTH);
            let silence = vec![0; latency * 4];
            let (head, gap) = (sent.slice(0, at), vec![0; frames * 4]);
            let noise = signal("noise seed 99", frames);
            let (kind, recorded, extra) = match kind {
                0 => (GlitchKind::Dropped, join(&[&silence, head, sent.slice(at + frames, LENGTH)]), frames),
                1 => (GlitchKind::Silence, join(&[&silence, head, &gap, sent.slice(at, LENGTH)]), 0),
                2 => (GlitchKind::Repeated, join(&[&silence, head, noise.bytes(), sent.slice(at, LENGTH)]), 0),
                _ => (GlitchKind::Altered, join(&[&silence, head, noise.bytes(), sent.slice(at + frames, LENGTH)]), 0),
            };
            let found = compare(&sent, &recorded, Start::Beginning).expect("the signal");
            prop_assert_eq!(found.latency, latency as i64);
            prop_assert_eq!(&found.glitches[..], &[Glitch { kind, recorded: latency + at, expected: at, frames }][..]);
            prop_assert!(found.frames + extra >= LENGTH);
        }

        #[test]
        fn a_part_of_the_signal_is_the_signal(from in 0..2_000_usize, count in 64..1_000_usize) {
            let sent = signal("sine 997 Hz -6 dBFS", LENGTH);
            let found = compare(&sent, &sent.cut(from, from + count), Start::Anywhere).expect("the signal");
            prop_assert_eq!(found.latency, -(from as i64));
            prop_assert_eq!(found.glitches, vec![]);
            prop_assert_eq!(found.frames, count);
        }
    }

    #[test]
    fn several_glitches_are_told_apart() {
        let sent = signal("noise", 4_000);
        let recorded = join(&[
            sent.slice(0, 1_000),
            &[0; 40],
            sent.slice(1_000, 2_000),
            sent.slice(2_005, 4_000),
        ]);
        let found = compare(&sent, &recorded, Start::Beginning).expect("the signal");
        let shown: Vec<_> = found.glitches.iter().map(Glitch::to_string).collect();
        assert_eq!(
            shown,
            [
                "10 frames of silence at frame 1000 (frame 1000 of the signal)",
                "5 frames dropped at frame 2010 (frame 2000 of the signal)"
            ]
        );
    }

    #[test]
    fn what_is_not_the_signal_is_refused() {
        let sent = signal("noise", 1_000);
        let silence = signal("silence", 500);
        assert_eq!(
            compare(&sent, &silence, Start::Beginning),
            Err(NoMatch::Silent(500))
        );
        let other = signal("noise seed 1", 500);
        assert_eq!(
            compare(&sent, &other, Start::Beginning),
            Err(NoMatch::Foreign(500))
        );
        assert_eq!(
            compare(&sent, &sent.cut(0, 0), Start::Beginning),
            Err(NoMatch::Silent(0))
        );
        let quiet = compare(&silence, &silence, Start::Beginning).expect("silence is silence");
        assert_eq!((quiet.latency, quiet.glitches.len()), (0, 0));
    }

    #[test]
    fn noise_before_the_signal_is_a_glitch() {
        let sent = signal("noise", 1_000);
        let recorded = join(&[signal("noise seed 5", 40).bytes(), sent.bytes()]);
        let found = compare(&sent, &recorded, Start::Beginning).expect("the signal");
        assert_eq!(found.latency, 40);
        assert_eq!(found.glitches[0].kind, GlitchKind::Altered);
    }

    /// A window around a place where the signal passes through silence is no anchor.
    #[test]
    fn an_impulse_is_found() {
        let sent = signal("impulse 10 ms", 2_000);
        let recorded = join(&[&[0; 400], sent.bytes()]);
        let found = compare(&sent, &recorded, Start::Beginning).expect("the signal");
        assert_eq!((found.latency, found.glitches), (100, vec![]));
    }

    #[test]
    fn what_is_missing_at_the_beginning_is_told() {
        let sent = signal("noise", 1_000);
        let recorded = join(&[&[0; 400], sent.slice(7, 1_000)]);
        let found = compare(&sent, &recorded, Start::Beginning).expect("the signal");
        let expected = Glitch {
            kind: GlitchKind::Dropped,
            recorded: 100,
            expected: 0,
            frames: 7,
        };
        assert_eq!(found.glitches, [expected]);
        let found = compare(&sent, &recorded, Start::Anywhere).expect("the signal");
        assert_eq!(
            (found.glitches, found.first, found.first_expected),
            (vec![], 100, 7)
        );
    }
}
