//! A fault that the debug firmware is made to have, and that the case must find.

use std::borrow::Cow;

use acelab_abi::audio_fault::AudioFault;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use super::diagnostic::{HELP, suggest};

/// Turns a case round: it passes when the fault is found.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plant {
    /// The fault; it is there from the boot on.
    pub fault: PlantedFault,
    /// A part of what then fails. Other failures may come with it.
    pub shows: String,
}

/// A fault by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlantedFault(pub AudioFault);

fn names() -> Vec<&'static str> {
    AudioFault::ALL.iter().map(|fault| fault.name()).collect()
}

impl<'de> Deserialize<'de> for PlantedFault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let found = AudioFault::ALL.iter().find(|fault| fault.name() == text);
        found.copied().map(Self).ok_or_else(|| {
            let help = suggest(&text, &names());
            de::Error::custom(format!("unknown fault `{text}`{HELP}{help}"))
        })
    }
}

impl JsonSchema for PlantedFault {
    fn schema_name() -> Cow<'static, str> {
        "PlantedFault".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": names() })
    }
}
