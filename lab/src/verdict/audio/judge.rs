//! Comparing recordings with what a case expects of them.

use acelab_abi::clock::Nanos;
use acelab_abi::trace::EventKind;
use acelab_signal::{Metrics, Pcm, Source, Start, compare, measure};

use super::mixed::mixed;
use super::order::in_order;
use super::positions;
use super::reference;
use super::result::{AudioResult, PartResult, TakeResult};
use crate::case::stream::{Audio, TICK};
use crate::case::{Case, SnapshotPart};
use crate::host::Record;
use crate::stream::{Part, Plan, Planned, Track};
use crate::verdict::Failure;

/// Frames behind what was recorded that a glitch may have skipped.
const MARGIN: usize = 9_600;
/// A level is met within this many dB, a frequency within as many hertz.
const TOLERANCE: f64 = 0.1;
/// What is lost at most when a port stops: what its buffer holds.
const PAUSE_LOSS_MS: i64 = 3;
/// Ticks at both ends of a take in which frames may be under way.
const SLACK_TICKS: u64 = 3;

/// Measures every track, and tells what is not as the case expects.
pub fn judge(case: &Case, tracks: &[Track], record: &Record) -> (Vec<AudioResult>, Vec<Failure>) {
    let plan = Plan::of(&case.streams);
    let mut results = Vec::new();
    let mut failures = Vec::new();
    for (planned, track) in plan.streams.iter().zip(tracks) {
        let result = result(case, &plan, planned, track, tracks);
        let expectation = case
            .expect
            .audio
            .iter()
            .find(|(name, _)| *name == track.stream);
        let expectation = expectation.map(|(_, audio)| audio);
        failures.extend(xruns(planned, expectation, record));
        // A gateway that runs dry stands, and so does one whose thread has ended.
        let steady = expectation.is_none_or(|audio| audio.xruns.unwrap_or(0) == 0 && !audio.ends)
            && !may_end(case, planned);
        let takes = track.takes.iter().filter(|_| steady);
        let wrong = takes
            .into_iter()
            .find_map(|take| positions::check(planned, take, &record.positions));
        failures.extend(
            wrong.map(|(expected, came)| failure(&track.stream, "position (LLP)", expected, came)),
        );
        if let Some(audio) = expectation {
            failures.extend(
                Judge {
                    planned,
                    audio,
                    result: &result,
                }
                .failures(),
            );
        }
        results.push(result);
    }
    (results, failures)
}

/// Whether the case allows the LL thread that plays a stream to be stopped.
fn may_end(case: &Case, planned: &Planned) -> bool {
    let thread = format!("ll_thread{}", planned.stream.core.0.get());
    case.allow.faults.contains(&thread)
}

fn result(
    case: &Case,
    plan: &Plan,
    planned: &Planned,
    track: &Track,
    tracks: &[Track],
) -> AudioResult {
    let frames: usize = track
        .takes
        .iter()
        .flat_map(|take| &take.parts)
        .map(|part| part.pcm.frames())
        .sum();
    let input = input(case, plan, planned, frames);
    let own = input
        .as_ref()
        .and_then(|input| reference::run(&reference::chain(planned)?, input, planned.output));
    let is_mixed = plan
        .streams
        .iter()
        .any(|other| other.stream.chain.into.as_ref() == Some(&track.stream));
    let expected = own.filter(|_| !is_mixed);
    let audio = case
        .expect
        .audio
        .iter()
        .find(|(name, _)| *name == track.stream);
    let orders = audio.map_or(&[][..], |(_, audio)| &audio.orders);
    // Measuring takes longer than all the rest.
    let measured = case.snapshot.contains(&SnapshotPart::Audio)
        || case
            .expect
            .audio
            .iter()
            .any(|(name, audio)| *name == track.stream && audio.is_measured());
    let takes = track.takes.iter().map(|take| TakeResult {
        span: (take.begin, take.end),
        fresh: take.fresh,
        parts: take
            .parts
            .iter()
            .enumerate()
            .map(|(number, part)| {
                // What comes in at a port comes in whether it is recorded or not.
                let start = if planned.is_playback() && take.fresh && number == 0 {
                    Start::Beginning
                } else {
                    Start::Anywhere
                };
                if is_mixed {
                    let mix = mixed(case, plan, planned, tracks, part);
                    let (mix, missed) = mix.map(|mix| (mix.expected, mix.missed)).unzip();
                    let result = part_result(part, mix.as_ref(), Start::Anywhere, orders, measured);
                    return PartResult {
                        expected: mix,
                        missed: missed.unwrap_or_default(),
                        ..result
                    };
                }
                part_result(part, expected.as_ref(), start, orders, measured)
            })
            .collect(),
    });
    AudioResult {
        stream: track.stream.clone(),
        takes: takes.collect(),
        input,
        expected,
    }
}

/// The signal as it enters the stream's chain, as long as something may be recorded of it.
fn input(case: &Case, plan: &Plan, planned: &Planned, frames: usize) -> Option<Pcm> {
    let heard = planned
        .stream
        .loopback
        .as_ref()
        .and_then(|name| plan.get(name));
    let ratio =
        |from: u32, to: u32| (frames + MARGIN) * from as usize / to.max(1) as usize + MARGIN;
    if let Some(heard) = heard {
        let count = ratio(heard.input().rate, planned.output.rate);
        let source = Source::open(&heard.stream.signal, heard.input(), &case.folder).ok()?;
        let sent = source.pcm(0, count);
        return reference::run(&reference::chain(heard)?, &sent, heard.output);
    }
    let count = ratio(planned.input().rate, planned.output.rate);
    let source = Source::open(&planned.stream.signal, planned.input(), &case.folder).ok()?;
    Some(source.pcm(0, count))
}

fn part_result(
    part: &Part,
    expected: Option<&Pcm>,
    start: Start,
    orders: &[Vec<u8>],
    measured: bool,
) -> PartResult {
    let comparison = expected.map(|expected| {
        let found = compare(expected, &part.pcm, start)?;
        if orders.is_empty() {
            return Ok(found);
        }
        compare(
            expected,
            &in_order(expected, &part.pcm, &found, orders),
            start,
        )
    });
    let first = match &comparison {
        Some(Ok(comparison)) => comparison.first,
        _ => 0,
    };
    let format = part.pcm.format();
    let channels = if measured { format.channels } else { 0 };
    let channels = 0..usize::from(channels);
    PartResult {
        channels: channels
            .map(|channel| {
                measure(
                    &part.pcm.channel(channel, first, part.pcm.frames()),
                    format.rate,
                )
            })
            .collect(),
        part: part.clone(),
        expected: None,
        missed: Vec::new(),
        comparison,
    }
}

/// A stream runs neither dry nor over, unless the case says how often.
fn xruns(planned: &Planned, audio: Option<&Audio>, record: &Record) -> Option<Failure> {
    let own = planned.stream.port()?;
    let is_own = |kind: &&EventKind| {
        matches!(kind, EventKind::Xrun { port, direction, .. }
            if *port == own && (direction.name() == "out") == planned.is_playback())
    };
    let found: Vec<_> = record
        .timeline
        .lines()
        .iter()
        .filter(
            |line| matches!(&line.content, crate::events::Content::Machine(kind) if is_own(&kind)),
        )
        .collect();
    let most = audio.and_then(|audio| audio.xruns).unwrap_or(0) as usize;
    let first = found.get(most)?;
    Some(failure(
        &planned.stream.name,
        "xruns",
        format!("{most} at the most"),
        format!("{} in all; one too many: {first}", found.len()),
    ))
}

fn failure(stream: &str, what: &str, expected: String, came: String) -> Failure {
    Failure {
        line: None,
        what: format!("{what} of stream `{stream}`"),
        expected,
        came,
    }
}

struct Judge<'a> {
    planned: &'a Planned,
    audio: &'a Audio,
    result: &'a AudioResult,
}

impl Judge<'_> {
    fn failures(&self) -> Vec<Failure> {
        let mut failures = Vec::new();
        let mut fail = |what: &str, expected: String, came: String| {
            failures.push(failure(&self.result.stream, what, expected, came));
        };
        if self.result.takes.is_empty() {
            fail(
                "recording",
                "a stream that has played".to_owned(),
                "none".to_owned(),
            );
        }
        for take in &self.result.takes {
            if let Some((expected, came)) = self.length(take) {
                fail("recording", expected, came);
            }
        }
        if let Some((expected, came)) = self.continuity() {
            fail("sound after a pause", expected, came);
        }
        if let Some((expected, came)) = self.glitches() {
            fail("sound", expected, came);
        }
        for (what, expected, came) in self.measures() {
            fail(what, expected, came);
        }
        failures
    }

    /// A take lasts as long as the stream played, and in one part.
    fn length(&self, take: &TakeResult) -> Option<(String, String)> {
        let (begin, end) = take.span;
        let late = SLACK_TICKS + u64::from(self.planned.stream.start_delay);
        let span = Nanos(end.0.saturating_sub(begin.0 + late * TICK.0));
        let rate = u128::from(self.planned.output.rate);
        let frames = u128::from(span.0) * rate / 1_000_000_000;
        let parts: Vec<usize> = take
            .parts
            .iter()
            .map(|part| part.part.pcm.frames())
            .collect();
        let gaps = self
            .audio
            .glitches
            .is_some_and(|most| parts.len() > most as usize + 1);
        // What a glitch has dropped is told as a glitch.
        let dropped: usize = take.parts.iter().map(PartResult::dropped).sum();
        let came = parts.iter().sum::<usize>() + dropped;
        if gaps {
            let expected = "one recording without a gap".to_owned();
            let starts: Vec<String> = take
                .parts
                .iter()
                .map(|part| format!("{} frames from {}", part.part.pcm.frames(), part.part.start))
                .collect();
            return Some((expected, starts.join(", ")));
        }
        let short = u128::try_from(came).is_ok_and(|came| came < frames);
        // A port that has run dry goes on, with silence.
        if self.audio.ends && self.audio.xruns.is_none() && !short {
            let expected = "an end before the stream is stopped".to_owned();
            return Some((expected, format!("{came} frames, all of them")));
        }
        (short && !self.audio.ends).then(|| {
            (
                format!("{frames} frames at the least, from {begin} to {end}"),
                format!("{came} frames"),
            )
        })
    }

    /// After a pause the signal goes on where it stood: nothing comes twice, and no more
    /// is lost than the port's buffer held.
    fn continuity(&self) -> Option<(String, String)> {
        self.audio.glitches?;
        let most = i64::from(self.planned.output.rate) * PAUSE_LOSS_MS / 1_000;
        let pairs = self
            .result
            .takes
            .iter()
            .zip(self.result.takes.iter().skip(1));
        let pairs = pairs.filter(|(_, next)| !next.fresh && self.planned.is_playback());
        for (take, next) in pairs {
            let (Some(last), Some(first)) = (take.parts.last(), next.parts.first()) else {
                continue;
            };
            let (Some(end), Some(begin)) = (last.signal_end(), first.signal_begin()) else {
                continue;
            };
            if !(0..=most).contains(&(begin - end)) {
                return Some((
                    format!("frame {end} of the signal or one of the next {most}"),
                    format!("frame {begin} at {}", first.part.start),
                ));
            }
        }
        None
    }

    fn glitches(&self) -> Option<(String, String)> {
        let most = self.audio.glitches?;
        let expected = match most {
            0 => "the output of the reference, bit for bit".to_owned(),
            1 => "one glitch at the most".to_owned(),
            most => format!("{most} glitches at the most"),
        };
        let told = |part: &PartResult| part.comparison.is_some();
        if !self.result.parts().all(told) {
            let came = "no reference implementation tells what it is".to_owned();
            return Some((expected, came));
        }
        let mut count = 0;
        let mut first = None;
        if let Some(missed) = self.result.parts().find_map(|part| part.missed.first()) {
            return Some((expected, missed.clone()));
        }
        for part in self.result.parts() {
            match part.comparison.as_ref()? {
                Err(reason) => return Some((expected, reason.to_string())),
                Ok(comparison) => {
                    count += comparison.glitches.len();
                    if let (None, Some(glitch)) = (&first, comparison.glitches.first()) {
                        let time = part.part.time(glitch.recorded);
                        first = Some(format!("{glitch}, {time}, tick {}", time.0 / TICK.0));
                    }
                }
            }
        }
        let first = first.filter(|_| count > most as usize)?;
        let more = match count - 1 {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        Some((expected, format!("{first}{more}")))
    }

    fn measures(&self) -> Vec<(&'static str, String, String)> {
        let mut found = Vec::new();
        for part in self.result.parts() {
            if let (Some(most), Some(latency)) = (self.audio.latency, part.latency())
                && latency > i64::from(most)
            {
                found.push((
                    "latency",
                    format!("{most} frames at the most"),
                    format!("{latency} frames"),
                ));
            }
            for (channel, metrics) in part.channels.iter().enumerate() {
                found.extend(self.channel(channel, metrics));
            }
        }
        found
    }

    fn channel(&self, channel: usize, metrics: &Metrics) -> Vec<(&'static str, String, String)> {
        let mut found = Vec::new();
        let mut check = |what, expected: String, good: bool, came: Option<f64>, unit: &str| {
            if !good {
                let came =
                    came.map_or_else(|| "no sine".to_owned(), |came| format!("{came:.2} {unit}"));
                found.push((what, expected, format!("{came} in channel {channel}")));
            }
        };
        let near = |came: f64, wanted: f64| (came - wanted).abs() <= TOLERANCE;
        if let Some(level) = &self.audio.level {
            let wanted = level.0.0;
            check(
                "level",
                format!("{wanted} dBFS"),
                near(metrics.level, wanted),
                Some(metrics.level),
                "dBFS",
            );
        }
        if let Some(thd_n) = &self.audio.thd_n {
            let most = thd_n.0.0;
            let good = metrics.thd_n.is_some_and(|came| came <= most);
            check(
                "THD+N",
                format!("{most} dB at the most"),
                good,
                metrics.thd_n,
                "dB",
            );
        }
        if let Some(wanted) = self.audio.frequency {
            let good = metrics.frequency.is_some_and(|came| near(came, wanted));
            check(
                "frequency",
                format!("{wanted} Hz"),
                good,
                metrics.frequency,
                "Hz",
            );
        }
        found
    }
}
