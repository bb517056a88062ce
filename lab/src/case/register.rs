//! The firmware registers in window 0, by names.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use acelab_abi::ipc4::fw_registers::{
    LLP_SLOTS, LLP_SLOTS_COUNT, LlpSlot, PEAK_VOLUME, PEAK_VOLUME_BYTES, PEAK_VOLUME_COUNT,
    PIPELINE_REGISTERS, PIPELINE_REGISTERS_COUNT, PipelineRegisters,
};
use acelab_abi::ipc4::wire::Wire;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::diagnostic::{HELP, suggest};

/// A register that must have a value now.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// Which: `pipeline[0].start`, `peak_volume[0].current[1]`, `llp[0].node`.
    pub name: RegisterName,
    /// Its value, the range it lies in, or `none` for all ones.
    pub value: Wanted,
}

/// The value that a register must have.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Wanted {
    /// This one.
    Exactly(u64),
    /// Any from the first to the second.
    Between(u64, u64),
    /// `none`, or `some` for anything else.
    Word(Word),
}

/// A register of which only matters whether it says anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Word {
    /// All ones.
    None,
    /// Anything but all ones.
    Some,
}

impl Wanted {
    /// Whether a value of so many bytes is what is wanted.
    pub fn admits(self, value: u64, bytes: u32) -> bool {
        let none = value == u64::MAX >> (64 - 8 * bytes);
        match self {
            Self::Exactly(wanted) => value == wanted,
            Self::Between(from, to) => (from..=to).contains(&value),
            Self::Word(Word::None) => none,
            Self::Word(Word::Some) => !none,
        }
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(value) => write!(f, "{value:#x}"),
            Self::Between(from, to) => write!(f, "{from:#x} to {to:#x}"),
            Self::Word(Word::None) => f.write_str("none, which is all ones"),
            Self::Word(Word::Some) => f.write_str("a value"),
        }
    }
}

/// A register by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterName {
    text: String,
    /// Offset in the firmware registers.
    pub offset: u32,
    /// Its length, 4 or 8.
    pub bytes: u32,
}

/// Channels of a volume's record.
const CHANNELS: u32 = 8;

/// The number in `name[number]`, below `count`.
fn indexed(text: &str, name: &str, count: u32) -> Option<u32> {
    let digits = text
        .strip_prefix(name)?
        .strip_prefix('[')?
        .strip_suffix(']')?;
    digits.parse().ok().filter(|index| *index < count)
}

impl FromStr for RegisterName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (record, field) = text.split_once('.').unwrap_or((text, ""));
        let found = pipeline(record, field)
            .or_else(|| volume(record, field))
            .or_else(|| link(record, field));
        let (offset, bytes) = found.ok_or_else(|| {
            let known = [
                "pipeline[0].start",
                "pipeline[0].end",
                "peak_volume[0].current[0]",
                "peak_volume[0].target[0]",
                "peak_volume[0].peak[0]",
                "llp[0].node",
                "llp[0].llp",
                "llp[0].wall_clock",
            ];
            format!("unknown register `{text}`{HELP}{}", suggest(text, &known))
        })?;
        Ok(Self {
            text: text.to_owned(),
            offset,
            bytes,
        })
    }
}

fn pipeline(record: &str, field: &str) -> Option<(u32, u32)> {
    let index = indexed(record, "pipeline", PIPELINE_REGISTERS_COUNT)?;
    let offset = PIPELINE_REGISTERS + index * PipelineRegisters::BYTES as u32;
    match field {
        "start" => Some((offset, 8)),
        "end" => Some((offset + 8, 8)),
        _ => None,
    }
}

fn volume(record: &str, field: &str) -> Option<(u32, u32)> {
    let index = indexed(record, "peak_volume", PEAK_VOLUME_COUNT)?;
    let words = ["peak", "current", "target"].into_iter().zip(0..);
    let word = words
        .into_iter()
        .find_map(|(name, group)| Some(group * CHANNELS + indexed(field, name, CHANNELS)?))?;
    Some((PEAK_VOLUME + index * PEAK_VOLUME_BYTES + 4 * word, 4))
}

fn link(record: &str, field: &str) -> Option<(u32, u32)> {
    let index = indexed(record, "llp", LLP_SLOTS_COUNT)?;
    let offset = LLP_SLOTS + index * LlpSlot::BYTES as u32;
    match field {
        "node" => Some((offset, 4)),
        "llp" => Some((offset + 4, 8)),
        "wall_clock" => Some((offset + 12, 8)),
        _ => None,
    }
}

impl fmt::Display for RegisterName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for RegisterName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl Serialize for RegisterName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl JsonSchema for RegisterName {
    fn schema_name() -> Cow<'static, str> {
        "RegisterName".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "pattern": r"^(pipeline|peak_volume|llp)\[[0-9]+\]\." })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_places() {
        for (name, offset, bytes) in [
            ("pipeline[0].start", 0x40, 8),
            ("pipeline[15].end", 0x138, 8),
            ("peak_volume[1].current[2]", 0x140 + 96 + 32 + 8, 4),
            ("llp[0].wall_clock", 0x74C, 8),
        ] {
            let register: RegisterName = name.parse().expect(name);
            assert_eq!((register.offset, register.bytes), (offset, bytes), "{name}");
        }
        for name in [
            "pipeline[16].start",
            "peak_volume[0].current[8]",
            "llp[0]",
            "x",
        ] {
            assert!(name.parse::<RegisterName>().is_err(), "{name}");
        }
    }

    #[test]
    fn values_are_admitted() {
        assert!(Wanted::Exactly(5).admits(5, 4) && !Wanted::Exactly(5).admits(6, 4));
        assert!(Wanted::Between(1, 5).admits(5, 8) && !Wanted::Between(1, 5).admits(6, 8));
        let (none, some) = (Wanted::Word(Word::None), Wanted::Word(Word::Some));
        assert!(none.admits(0xFFFF_FFFF, 4) && !none.admits(0xFFFF_FFFF, 8));
        assert!(none.admits(u64::MAX, 8) && some.admits(0, 8) && !some.admits(u64::MAX, 8));
    }
}
