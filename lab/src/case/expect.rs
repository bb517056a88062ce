//! What a case expects of one reply, and what it tolerates of the whole run.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::core::Core;
use super::names::StatusCode;
use super::time::VirtualTime;

/// What the reply to one request must be. Unless told otherwise, success within 100 ms.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ReplyExpectation {
    /// The status, by name or number.
    pub status: StatusCode,
    /// The extension word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extension: Option<u32>,
    /// The outbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<PayloadExpectation>,
    /// How long the reply and DONE may take together, in virtual time.
    pub within: VirtualTime,
}

impl Default for ReplyExpectation {
    fn default() -> Self {
        Self {
            status: StatusCode::new(0),
            extension: None,
            payload: None,
            within: VirtualTime::from_millis(100),
        }
    }
}

/// What must be in a reply's payload; what is not named may be anything.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PayloadExpectation {
    /// Length in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u32>,
    /// The first words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<u32>,
    /// Decoded fields, by the names that the snapshot and `lab show` use.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldValue>,
}

/// The value of a decoded field.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum FieldValue {
    /// A number.
    Number(u64),
    /// A text, such as a version or a name.
    Text(String),
}

impl std::fmt::Display for FieldValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

/// What a run may contain although the lab forbids it by default.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Allow {
    /// Log lines of level `err` that contain one of these texts.
    pub errors: Vec<String>,
    /// Cores that may report an exception.
    pub exceptions: Vec<Core>,
    /// Names of user threads that the kernel may stop, however often.
    pub faults: Vec<String>,
    /// Accesses that nothing in the machine answers.
    pub memory_faults: bool,
    /// Log lines dropped because the host did not read.
    pub dropped_log: bool,
    /// The host's own misbehaviour: a doorbell rung while BUSY.
    pub busy_doorbell: bool,
}
