//! What a stream should sound like that others are mixed into.
//!
//! When each of them is heard for the first and for the last time, the recording tells:
//! a frame that is not what the mix so far would be must be explained by one that has
//! just begun or just ended, at about the time that the host said so.

use acelab_module_sdk::SampleFormat;
use acelab_reference::{Chain, Pcm as Reference, mixout};
use acelab_signal::{Pcm, Source as Signal};

use super::reference;
use crate::case::Case;
use crate::case::stream::{Component, Options};
use crate::stream::{Part, Plan, Planned, Take, Track};

/// Frames that a begin or an end must explain.
const WINDOW: usize = 32;
/// Frames that are predicted at once.
const BLOCK: usize = 256;
/// The first frames of a signal may be silence, so that it is noticed later.
const SILENT: usize = 8;
/// What is heard may be so many milliseconds later than the host's message.
const LATE_MS: i64 = 40;
/// A pause may cost so many milliseconds.
const LOST_MS: usize = 3;

/// What was found out about a mix.
pub struct Mixed {
    /// What should be there, frame by frame beside the recording.
    pub expected: Pcm,
    /// What the host has begun or ended, and the recording does not show.
    pub missed: Vec<String>,
}

/// The mix of the streams that end in `planned` beside a recording; `None` if it cannot
/// be told.
pub fn mixed(
    case: &Case,
    plan: &Plan,
    planned: &Planned,
    tracks: &[Track],
    part: &Part,
) -> Option<Mixed> {
    let mut chain = reference::chain(planned)?;
    let (_, buffer) = chain.stages.remove(0);
    if !is_frame_by_frame(planned) {
        return None;
    }
    let feeding = plan.streams.iter().zip(tracks);
    let feeding =
        feeding.filter(|(other, _)| other.stream.chain.into.as_ref() == Some(&planned.stream.name));
    let sources = feeding.map(|(other, track)| Source::new(case, other, track, part));
    let mut mix = Mix {
        sources: sources.collect::<Option<_>>()?,
        sample: buffer.sample(),
        channels: buffer.channels(),
        chain,
        part,
    };
    let expected = mix.follow();
    let missed = mix.sources.iter().flat_map(|source| source.missed(part));
    Some(Mixed {
        expected,
        missed: missed.collect(),
    })
}

/// Whether each frame of the output depends on one frame of the mix only.
fn is_frame_by_frame(planned: &Planned) -> bool {
    planned
        .instances
        .iter()
        .all(|instance| match &instance.component {
            Component::Host(_) | Component::Port(_) => true,
            Component::Module(module) => match &module.options {
                Options::Volume { ramp, .. } => ramp.is_none(),
                Options::Default | Options::Channels(_) => module.name != "SRC",
                Options::Rate(_) | Options::Bytes(_) => false,
            },
        })
}

/// A stream that is mixed in.
struct Source {
    name: String,
    /// What it brings.
    signal: Reference,
    /// Begin, end and freshness of its takes, in frames of the recording.
    takes: Vec<(i64, i64, bool)>,
    /// Takes that have begun.
    begun: usize,
    /// Where it is heard: a frame of the recording, and that of the signal.
    heard: Option<(usize, usize)>,
    /// The frame of the signal that comes next.
    next: usize,
}

impl Source {
    fn new(case: &Case, planned: &Planned, track: &Track, part: &Part) -> Option<Self> {
        let rate = i128::from(part.pcm.format().rate);
        let frame = |time: u64| {
            let since = i128::from(time) - i128::from(part.start.0);
            i64::try_from(since * rate / 1_000_000_000).unwrap_or(i64::MAX)
        };
        let count = part.pcm.frames() + 2 * WINDOW;
        let count = count * planned.input().rate as usize / planned.output.rate as usize + WINDOW;
        let signal = Signal::open(&planned.stream.signal, planned.input(), &case.folder).ok()?;
        let sent = signal.pcm(0, count);
        let signal = reference::run_words(&reference::chain(planned)?, &sent)?;
        let take = |take: &Take| (frame(take.begin.0), frame(take.end.0), take.fresh);
        Some(Self {
            name: planned.stream.name.clone(),
            signal,
            takes: track.takes.iter().map(take).collect(),
            begun: 0,
            heard: None,
            next: 0,
        })
    }

    /// Its frames beside `from..to` of the recording, if frame `place` of it is beside
    /// frame `recorded`.
    fn frames(
        &self,
        (recorded, place): (usize, usize),
        from: usize,
        to: usize,
    ) -> Option<Reference> {
        let channels = self.signal.format.channels();
        let first = place + from - recorded;
        let words = (first * channels..(first + to - from) * channels)
            .map(|at| self.signal.words.get(at).copied().unwrap_or(0));
        Some(Reference {
            format: self.signal.format,
            words: words.collect(),
        })
    }

    /// Takes that have not begun or not ended although it is late enough.
    fn missed(&self, part: &Part) -> Vec<String> {
        let frames = part.pcm.frames() as i64;
        let latest = frames - LATE_MS * i64::from(part.pcm.format().rate) / 1_000;
        let unbegun = self
            .takes
            .iter()
            .skip(self.begun)
            .filter(|take| take.0 < latest);
        let mut missed: Vec<String> = unbegun
            .map(|take| format!("`{}`, begun at frame {}, is not heard", self.name, take.0))
            .collect();
        let last = self.takes.get(self.begun.wrapping_sub(1));
        if let Some(take) = last.filter(|take| self.heard.is_some() && take.1 < latest) {
            missed.push(format!(
                "`{}`, ended at frame {}, is still heard",
                self.name, take.1
            ));
        }
        missed
    }

    /// What may have happened to it just before frame `at`: the states it may be in.
    fn changes(&self, at: usize, rate: usize) -> Vec<Change> {
        let late = |said: i64| {
            let most = LATE_MS * rate as i64 / 1_000;
            (-(WINDOW as i64)..=most).contains(&(at as i64 - said))
        };
        if self.heard.is_some() {
            let ends = self
                .takes
                .get(self.begun.wrapping_sub(1))
                .is_some_and(|take| late(take.1));
            return if ends { vec![Change::Ends] } else { Vec::new() };
        }
        match self.takes.get(self.begun).filter(|take| late(take.0)) {
            None => Vec::new(),
            Some((_, _, true)) => {
                let most = SILENT.min(at);
                (0..=most)
                    .map(|silent| Change::Begins(at - silent, 0))
                    .collect()
            }
            Some((_, _, false)) => {
                let lost = LOST_MS * rate / 1_000;
                (0..=lost)
                    .map(|lost| Change::Begins(at, self.next + lost))
                    .collect()
            }
        }
    }

    fn apply(&mut self, change: Change, at: usize) {
        match change {
            Change::Begins(recorded, place) => {
                self.heard = Some((recorded, place));
                self.begun += 1;
            }
            Change::Ends => {
                if let Some((recorded, place)) = self.heard.take() {
                    self.next = place + at - recorded;
                }
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Change {
    /// It is heard from this frame of the recording on, with this one of the signal.
    Begins(usize, usize),
    /// It is no longer heard.
    Ends,
}

struct Mix<'a> {
    sources: Vec<Source>,
    sample: SampleFormat,
    channels: usize,
    /// What comes behind the mixer.
    chain: Chain,
    part: &'a Part,
}

impl Mix<'_> {
    /// The whole mix beside the recording.
    fn follow(&mut self) -> Pcm {
        let recorded = &self.part.pcm;
        let mut bytes = Vec::with_capacity(recorded.bytes().len());
        let mut at = 0;
        while at < recorded.frames() {
            let to = (at + BLOCK).min(recorded.frames());
            let mut predicted = self.predict(at, to);
            let frame_bytes = recorded.format().frame_bytes();
            let came = recorded.slice(at, to).chunks(frame_bytes);
            let same = came
                .zip(predicted.chunks(frame_bytes))
                .take_while(|(a, b)| a == b);
            let same = same.count();
            if at + same < to && self.explain(at + same) {
                predicted.truncate(same * frame_bytes);
                bytes.extend(predicted);
                at += same;
            } else {
                // What nothing explains is a glitch, for the comparison to find.
                bytes.extend(predicted);
                at = to;
            }
        }
        Pcm::new(recorded.format(), bytes)
    }

    /// Looks for begins and ends that make the recording right from frame `at` on.
    fn explain(&mut self, at: usize) -> bool {
        let rate = self.part.pcm.format().rate as usize;
        let changes: Vec<(usize, Change)> = self
            .sources
            .iter()
            .enumerate()
            .flat_map(|(index, source)| {
                let changes = source.changes(at, rate);
                changes.into_iter().map(move |change| (index, change))
            })
            .collect();
        let pairs = changes.iter().enumerate().flat_map(|(number, first)| {
            let others = changes[number + 1..].iter();
            let others = others.filter(move |other| other.0 != first.0);
            others.map(move |second| vec![*first, *second])
        });
        let single = changes.iter().map(|change| vec![*change]);
        let tried = single.chain(pairs).find(|set| self.explains(set, at));
        let found = tried.is_some();
        for (index, change) in tried.unwrap_or_default() {
            self.sources[index].apply(change, at);
        }
        found
    }

    fn explains(&self, changes: &[(usize, Change)], at: usize) -> bool {
        let to = (at + WINDOW).min(self.part.pcm.frames());
        let sources = self
            .sources
            .iter()
            .enumerate()
            .filter_map(|(index, source)| {
                match changes.iter().find(|(changed, _)| *changed == index) {
                    None => source.frames(source.heard?, at, to),
                    Some((_, Change::Ends)) => None,
                    Some((_, Change::Begins(recorded, place))) => {
                        source.frames((*recorded, *place), at, to)
                    }
                }
            });
        self.run(&sources.collect::<Vec<_>>(), to - at) == self.part.pcm.slice(at, to)
    }

    fn predict(&self, from: usize, to: usize) -> Vec<u8> {
        let heard = self
            .sources
            .iter()
            .filter_map(|source| source.frames(source.heard?, from, to));
        self.run(&heard.collect::<Vec<_>>(), to - from)
    }

    fn run(&self, heard: &[Reference], frames: usize) -> Vec<u8> {
        let mix = match heard {
            [] => {
                let format = self.sources[0].signal.format.with_sample(self.sample);
                Reference {
                    format,
                    words: vec![0; frames * self.channels],
                }
            }
            _ => mixout(heard, self.sample),
        };
        self.chain.run(&mix).to_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::load_text;
    use acelab_abi::clock::Nanos;
    use acelab_signal::{Start, compare};

    const TEXT: &str = "summary: x
streams:
  out: { playback: mixout > ssp0 }
  a: { playback: host0 > mixin > out, signal: noise seed 1 -6 dBFS }
  b: { playback: host1 > mixin > out, signal: noise seed 2 -6 dBFS }
steps: [boot]
";
    const RATE: usize = 48_000;

    fn take(begin_ms: u64, end_ms: u64, fresh: bool) -> Take {
        Take {
            begin: Nanos::from_millis(begin_ms),
            end: Nanos::from_millis(end_ms),
            fresh,
            parts: Vec::new(),
        }
    }

    /// What is heard of a noise: from, to, in frames of the recording, and its frame there.
    type Heard = (u64, usize, usize, usize);

    /// Half a second in which noises are heard; the number of glitches and what was missed.
    fn check(heard: &[Heard], damage: impl Fn(&mut Vec<i64>)) -> (usize, Vec<String>) {
        let mut sums = vec![0_i64; RATE];
        for (seed, from, to, place) in heard {
            let format = "s16le/48000/2".parse().expect("a format");
            let signal = format!("noise seed {seed} -6 dBFS")
                .parse()
                .expect("a signal");
            let source = Signal::open(&signal, format, std::path::Path::new("."));
            let bytes = source.expect("no file").pcm(*place as u64, to - from);
            let samples = bytes.bytes().chunks(2);
            for (sum, sample) in sums[2 * from..].iter_mut().zip(samples) {
                *sum += i64::from(i16::from_le_bytes([sample[0], sample[1]]));
            }
        }
        damage(&mut sums);
        let clamped = |sum: &i64| (*sum).clamp(-32_768, 32_767) as i16;
        let bytes = sums.iter().flat_map(|sum| clamped(sum).to_le_bytes());
        let part = Part {
            start: Nanos::ZERO,
            pcm: Pcm::new("s16le/48000/2".parse().expect("a format"), bytes.collect()),
        };
        let case = load_text("a/b", TEXT).expect("a case").remove(0);
        let plan = Plan::of(&case.streams);
        let track = |takes| Track {
            stream: String::new(),
            takes,
        };
        let tracks = [
            track(vec![take(0, 500, true)]),
            track(vec![take(20, 300, true)]),
            track(vec![take(100, 200, true), take(250, 400, false)]),
        ];
        let mix = mixed(&case, &plan, &plan.streams[0], &tracks, &part).expect("a mix");
        let found = compare(&mix.expected, &part.pcm, Start::Anywhere).expect("the mix");
        (found.glitches.len(), mix.missed)
    }

    const A: Heard = (1, 1_104, 14_448, 0);
    const B: Heard = (2, 4_944, 9_648, 0);
    const B_AGAIN: Heard = (2, 12_096, 19_296, 9_648 - 4_944 + 48);

    #[test]
    fn a_mix_is_followed_through_begins_and_ends() {
        assert_eq!(check(&[A, B, B_AGAIN], |_| {}), (0, vec![]));
    }

    #[test]
    fn a_wrong_frame_is_a_glitch() {
        let wrong = |sums: &mut Vec<i64>| sums[2 * 6_000] += 1;
        assert_eq!(check(&[A, B, B_AGAIN], wrong), (1, vec![]));
        let drops = |sums: &mut Vec<i64>| {
            sums.drain(2 * 16_000..2 * 16_001);
        };
        assert!(check(&[A, B, B_AGAIN], drops).0 > 0);
    }

    #[test]
    fn what_is_not_heard_or_does_not_end_is_missed() {
        let (_, missed) = check(&[A, B], |_| {});
        assert_eq!(missed, ["`b`, begun at frame 12000, is not heard"]);
        let endless = (1, 1_104, 24_000, 0);
        let (_, missed) = check(&[endless, B, B_AGAIN], |_| {});
        assert_eq!(missed, ["`a`, ended at frame 14400, is still heard"]);
        let late = (1, 5_000, 14_448, 0);
        let (glitches, missed) = check(&[late, B, B_AGAIN], |_| {});
        assert!(glitches > 0 && !missed.is_empty());
    }
}
