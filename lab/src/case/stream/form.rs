//! What stands under `streams`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use acelab_signal::{Format, Sample, Signal};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use super::Chain;
use crate::case::core::Core;
use crate::case::time::VirtualTime;

/// The streams of a case, by name.
pub type StreamsForm = BTreeMap<String, StreamForm>;

/// A stream: a chain of components between the host and a port.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StreamForm {
    /// From the host to a port: `host0 > gain > ssp0`. `|` begins a new pipeline; the
    /// last word may be a stream that begins with `mixout`.
    pub playback: Option<Text<Chain>>,
    /// From a port to the host: `ssp0 > gain > host1`.
    pub capture: Option<Text<Chain>>,
    /// The core of its pipelines; 0 unless given.
    pub core: Option<Core>,
    /// Priority of its pipelines, 0 to 7; 0 runs first.
    #[schemars(range(min = 0, max = 7))]
    pub priority: Option<u8>,
    /// What the host plays or records: `s16le/48000/2` unless given. The samples are
    /// s16le, s24le (in 32 bits), s32le or f32le.
    pub format: Option<Text<Format>>,
    /// The samples between the copiers; s32le unless given.
    pub internal: Option<Text<InternalSample>>,
    /// What the port sends or receives; unless given the rate and channels that arrive
    /// there, with the samples of `format`.
    pub port_format: Option<Text<Format>>,
    /// What is played, or what comes in at the port: `sine 997 Hz -6 dBFS` unless given.
    pub signal: Option<Text<Signal>>,
    /// For capture: the playback stream on the same port whose output is heard there.
    pub loopback: Option<String>,
    /// Milliseconds between the port's clock and its first frame.
    pub start_delay: Option<u16>,
    /// Length of the host's cyclic buffer of four parts; 20 ms unless given.
    pub buffer: Option<VirtualTime>,
}

/// A value that stands in a case as a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Text<T>(pub T);

impl<'de, T: FromStr<Err: Display>> Deserialize<'de> for Text<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(de::Error::custom)
    }
}

impl<T> JsonSchema for Text<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string" })
    }
}

/// A type of samples by its name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InternalSample(pub Sample);

impl FromStr for InternalSample {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Sample::ALL.into_iter().find(|known| known.name() == text);
        found.map(Self).ok_or_else(|| {
            let names = Sample::ALL.map(Sample::name);
            let help = crate::case::diagnostic::suggest(text, &names);
            format!("unknown sample type `{text}`\nhelp: {help}")
        })
    }
}
