//! Steps that move streams.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use acelab_abi::clock::Nanos;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize, Serializer};

use super::StreamNames;
use super::form::Text;
use crate::case::diagnostic::Diagnostic;
use crate::case::names::StatusCode;
use crate::case::yaml::{Kind, Node, decode};

/// What becomes of the streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Their pipelines, components and bindings are made.
    Setup,
    /// They play or record; what is not set up is set up first.
    Start,
    /// They stand, and go on where they stood with `resume`.
    Pause,
    /// They go on after `pause`.
    Resume,
    /// They end; what `start` has set up is taken down again.
    Stop,
    /// Their pipelines are deleted.
    Teardown,
    /// The host no longer feeds or drains them.
    Starve,
    /// The host feeds or drains them again.
    Feed,
}

impl Move {
    /// Every move, by the name of its step.
    pub const ALL: [(&'static str, Self); 8] = [
        ("setup", Self::Setup),
        ("start", Self::Start),
        ("pause", Self::Pause),
        ("resume", Self::Resume),
        ("stop", Self::Stop),
        ("teardown", Self::Teardown),
        ("starve", Self::Starve),
        ("feed", Self::Feed),
    ];

    /// The move of a step.
    pub fn of(step: &str) -> Option<Self> {
        let found = Self::ALL.into_iter().find(|(name, _)| *name == step);
        found.map(|(_, what)| what)
    }
}

/// Streams that are moved.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamStep {
    /// What becomes of them.
    pub what: Move,
    /// Which, in this order.
    pub streams: Vec<String>,
    /// Where in a tick the message is sent that starts, stops, pauses or resumes.
    pub phase: Option<Phase>,
    /// Whether one message moves all of them.
    pub together: bool,
    /// What the last message is answered with.
    pub status: StatusCode,
}

/// The long form of a step that moves streams.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StreamStepFields {
    /// Which, in this order.
    pub streams: StreamNames,
    /// When in a tick the message is sent that moves each, as `3/16`.
    pub phase: Option<Text<Phase>>,
    /// Whether one SET_PIPELINE_STATE moves all of them.
    #[serde(default)]
    pub together: bool,
    /// What the message that moves is answered with; success unless given.
    pub status: Option<StatusCode>,
}

/// Any form of such a step, for the schema.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum StreamStepForm {
    /// `first`, `[first, second]`.
    Names(StreamNames),
    /// With a phase.
    Fields(StreamStepFields),
}

impl StreamStep {
    /// Reads what stands behind the name of a step.
    pub fn read(what: Move, node: &Node) -> Result<Self, Diagnostic> {
        let fields = match node.kind {
            Kind::Mapping(_) => decode(node)?,
            _ => StreamStepFields {
                streams: decode(node)?,
                phase: None,
                together: false,
                status: None,
            },
        };
        Ok(Self {
            what,
            streams: fields.streams.all().to_vec(),
            phase: fields.phase.map(|text| text.0),
            together: fields.together,
            status: fields.status.unwrap_or(StatusCode::new(0)),
        })
    }
}

/// Length of a tick of the low-latency scheduler.
pub const TICK: Nanos = Nanos::from_millis(1);

/// A part of a tick, as `3/16`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phase {
    part: u64,
    of: u64,
}

impl Phase {
    /// The next moment that has this phase, from `now` on.
    pub fn next(self, now: Nanos) -> Nanos {
        let offset = TICK.0 * self.part / self.of;
        let ticks = now.0.saturating_sub(offset).div_ceil(TICK.0);
        Nanos(ticks * TICK.0 + offset)
    }
}

impl FromStr for Phase {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text
            .split_once('/')
            .and_then(|(part, of)| Some((part.trim().parse().ok()?, of.trim().parse().ok()?)));
        match parsed {
            Some((part, of)) if part < of && of <= 1_000 => Ok(Self { part, of }),
            _ => Err(format!(
                "`{text}` is no part of a tick\nhelp: write `3/16`, the first number below the second"
            )),
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

impl Serialize for Phase {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Phase {
    fn schema_name() -> Cow<'static, str> {
        "Phase".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": "^[0-9]+/[0-9]+$" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_next_phase_is_not_before_now() {
        let phase: Phase = "3/16".parse().expect("a phase");
        for (now, next) in [
            (0, 187_500),
            (187_500, 187_500),
            (187_501, 1_187_500),
            (1_000_000, 1_187_500),
        ] {
            assert_eq!(phase.next(Nanos(now)), Nanos(next));
        }
        assert!("16/16".parse::<Phase>().is_err() && "3".parse::<Phase>().is_err());
    }

    proptest! {
        #[test]
        fn a_phase_comes_once_in_a_tick(now in 0..1_u64 << 40, of in 1..1_000_u64, part: u64) {
            let phase = Phase { part: part % of, of };
            let next = phase.next(Nanos(now)).0;
            prop_assert!(next >= now && next - now < TICK.0);
            prop_assert_eq!(next % TICK.0, TICK.0 * phase.part / of);
        }
    }
}
