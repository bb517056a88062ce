//! What a case expects of its sound.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

use super::form::Text;
use crate::case::diagnostic::{Diagnostic, HELP, suggest};
use crate::case::yaml::{Kind, Node, decode};

/// What must be so when a run has ended.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Expect {
    /// What was recorded of a stream, by its name.
    pub audio: Vec<(String, Audio)>,
    /// What the firmware holds.
    pub heap: Option<Heap>,
}

/// What the firmware holds at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Heap {
    /// The same as after the boot.
    Baseline,
}

/// What was recorded of a stream.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Audio {
    /// The most places where the recording may leave what the reference implementations
    /// make of the signal. 0 is the same as `bit-exact`.
    pub glitches: Option<u32>,
    /// The most frames from the start to the signal's first one.
    pub latency: Option<u32>,
    /// The level in each channel, within 0.1 dB: `-6 dBFS`.
    pub level: Option<Text<Decibels>>,
    /// The most noise and distortion beside a sine: `-90 dB`.
    pub thd_n: Option<Text<Decibels>>,
    /// The frequency in hertz, within 0.1 Hz.
    pub frequency: Option<f64>,
    /// Orders of the channels, any of which any frame may have: `[[0, 1], [1, 0]]`.
    pub orders: Vec<Vec<u8>>,
    /// Times that the stream may run dry or over.
    pub xruns: Option<u32>,
    /// One of its modules ends its pipelines: its positions stand from then on.
    pub ends: bool,
}

impl Audio {
    /// Whether something must be measured for it.
    pub fn is_measured(&self) -> bool {
        self.level.is_some() || self.thd_n.is_some() || self.frequency.is_some()
    }

    /// `bit-exact`.
    pub const BIT_EXACT: Self = Self {
        glitches: Some(0),
        latency: None,
        level: None,
        thd_n: None,
        frequency: None,
        orders: Vec::new(),
        xruns: None,
        ends: false,
    };
}

/// A level or a ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Decibels(pub f64);

impl FromStr for Decibels {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text
            .trim_end_matches("FS")
            .strip_suffix("dB")
            .map(str::trim);
        let value = number.and_then(|number| number.parse().ok());
        value
            .filter(|value: &f64| value.is_finite())
            .map(Self)
            .ok_or_else(|| format!("`{text}` is no level{HELP}write `-6 dBFS`"))
    }
}

impl fmt::Display for Decibels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} dB", self.0)
    }
}

/// `bit-exact`, or what is measured.
struct AudioForm(Audio);

const BIT_EXACT: &str = "bit-exact";

impl AudioForm {
    fn read(node: &Node) -> Result<Self, Diagnostic> {
        match (&node.kind, node.text()) {
            (Kind::Mapping(_), _) => decode(node).map(Self),
            (_, Some(BIT_EXACT)) => Ok(Self(Audio::BIT_EXACT)),
            (_, text) => {
                let help = suggest(text.unwrap_or_default(), &[BIT_EXACT]);
                let message = format!(
                    "{} where `{BIT_EXACT}` or measures are expected{HELP}{help}",
                    node.describe()
                );
                Err(Diagnostic::new(message, node.span.clone()))
            }
        }
    }
}

/// Reads `expect` of a case; `streams` are those that it has.
pub fn expect(node: &Node, streams: &[&str], findings: &mut Vec<Diagnostic>) -> Expect {
    let mut expect = Expect::default();
    for (key, value) in node.entries() {
        match key.text.as_str() {
            "heap" => match decode(value) {
                Ok(heap) => expect.heap = Some(heap),
                Err(finding) => findings.push(finding),
            },
            "audio" => {
                for (name, value) in value.entries() {
                    if !streams.contains(&name.text.as_str()) {
                        let help = suggest(&name.text, streams);
                        let message = format!("unknown stream `{}`{HELP}{help}", name.text);
                        findings.push(Diagnostic::new(message, name.span.clone()));
                    }
                    match AudioForm::read(value) {
                        Ok(audio) => expect.audio.push((name.text.clone(), audio.0)),
                        Err(finding) => findings.push(finding),
                    }
                }
            }
            other => {
                let help = suggest(other, &["audio", "heap"]);
                let message = format!("unknown field `{other}`{HELP}{help}");
                findings.push(Diagnostic::new(message, key.span.clone()));
            }
        }
    }
    expect
}

/// For the schema.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct ExpectForm {
    /// What was recorded of a stream, by its name.
    audio: Option<BTreeMap<String, AudioSchema>>,
    /// What the firmware holds at the end: `baseline`, the same as after the boot.
    heap: Option<Heap>,
}

struct AudioSchema;

impl JsonSchema for AudioSchema {
    fn schema_name() -> Cow<'static, str> {
        "AudioExpectation".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let measures = generator.subschema_for::<Audio>();
        json_schema!({ "anyOf": [{ "enum": [BIT_EXACT] }, measures] })
    }
}

impl<'de> Deserialize<'de> for Decibels {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
