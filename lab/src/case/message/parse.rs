//! Reading `large_config_get: { param: fw_config }`.

use std::fmt;

use acelab_abi::ipc4::BaseFwParam;
use acelab_abi::ipc4::pipeline::PipelineState;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};

use super::fields::{Draft, Slot, slots};
use super::{Kind, Message, Payload, names};
use crate::case::diagnostic::{HELP, suggest};
use crate::case::names::by_name;

impl<'de> Deserialize<'de> for Message {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MessageVisitor)
    }
}

impl Serialize for Message {
    /// The words as they are; a resolved case shows what was sent.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        #[derive(Serialize)]
        struct Bytes {
            hex: super::Hex,
        }
        #[derive(Serialize)]
        struct Raw {
            primary: String,
            extension: String,
            #[serde(skip_serializing_if = "Option::is_none")]
            payload: Option<Bytes>,
        }
        let raw = Raw {
            primary: format!("{:#010x}", self.primary),
            extension: format!("{:#010x}", self.extension),
            payload: (!self.payload.is_empty()).then(|| Bytes {
                hex: super::Hex(self.payload.clone()),
            }),
        };
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry("raw", &raw)?;
        map.end()
    }
}

struct MessageVisitor;

impl<'de> Visitor<'de> for MessageVisitor {
    type Value = Message;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message by name, such as `large_config_get: { param: fw_config }`")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Message, E> {
        kind_of(name).map(|kind| Draft::new(kind).finish())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Message, A::Error> {
        let Some(kind) = map.next_key_seed(NameSeed)? else {
            return Err(de::Error::custom("no message is named"));
        };
        let message = map.next_value_seed(FieldsSeed(kind))?;
        match map.next_key_seed(NoMore)? {
            Some(never) => match never {},
            None => Ok(message),
        }
    }
}

fn kind_of<E: de::Error>(name: &str) -> Result<Kind, E> {
    names()
        .find(|(known, _)| known == name)
        .map(|(_, kind)| kind)
        .ok_or_else(|| {
            let all: Vec<String> = names().map(|(name, _)| name).collect();
            let all: Vec<&str> = all.iter().map(String::as_str).collect();
            E::custom(format_args!(
                "unknown message `{name}`{HELP}{}",
                suggest(name, &all)
            ))
        })
}

/// Implements a seed that reads a text and hands it to a function.
macro_rules! text_seed {
    ($seed:ty, $value:ty, $what:literal, |$self:ident, $text:ident| $body:expr) => {
        impl<'de> DeserializeSeed<'de> for $seed {
            type Value = $value;
            fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<$value, D::Error> {
                deserializer.deserialize_str(self)
            }
        }
        impl Visitor<'_> for $seed {
            type Value = $value;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($what)
            }
            fn visit_str<E: de::Error>($self, $text: &str) -> Result<$value, E> {
                $body
            }
        }
    };
}

struct NameSeed;
text_seed!(NameSeed, Kind, "a message's name", |self, text| kind_of(
    text
));

struct NoMore;
enum Never {}
text_seed!(NoMore, Never, "nothing", |self, text| Err(E::custom(
    format_args!(
        "`{text}` does not belong to the message{HELP}one message per step; `expect` stands beside `ipc`, not in it"
    )
)));

struct FieldSeed<'a>(&'a [(&'static str, Slot)]);
text_seed!(
    FieldSeed<'_>,
    (&'static str, Slot),
    "a field's name",
    |self, text| {
        self.0
            .iter()
            .copied()
            .find(|(known, _)| *known == text)
            .ok_or_else(|| {
                let known: Vec<&str> = self.0.iter().map(|(name, _)| *name).collect();
                E::custom(format_args!(
                    "the message has no field `{text}`{HELP}{}",
                    suggest(text, &known)
                ))
            })
    }
);

struct FieldsSeed(Kind);

impl<'de> DeserializeSeed<'de> for FieldsSeed {
    type Value = Message;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Message, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for FieldsSeed {
    type Value = Message;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the fields of the message")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Message, E> {
        Ok(Draft::new(self.0).finish())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Message, A::Error> {
        let slots = slots(self.0);
        let mut draft = Draft::new(self.0);
        while let Some((name, slot)) = map.next_key_seed(FieldSeed(&slots))? {
            match slot {
                Slot::Payload => draft.payload(map.next_value::<Payload>()?.bytes()),
                Slot::Module(field) => match map.next_value::<ModuleForm>()? {
                    ModuleForm::Number(number) => draft.set(name, slot, u32::from(number)),
                    ModuleForm::Name(module) => draft.module(name, field, &module),
                },
                _ => draft.set(name, slot, map.next_value_seed(ValueSeed(name, slot))?),
            }
        }
        Ok(draft.finish())
    }
}

/// A module by its number or by its name in the firmware's list.
#[derive(Deserialize)]
#[serde(untagged)]
enum ModuleForm {
    Number(u16),
    Name(String),
}

/// The value of one field: a number, a flag, or a parameter's name.
struct ValueSeed(&'static str, Slot);

impl<'de> DeserializeSeed<'de> for ValueSeed {
    type Value = u32;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u32, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for ValueSeed {
    type Value = u32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a number up to {:#x}", self.1.max())
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<u32, E> {
        let max = self.1.max();
        u32::try_from(value)
            .ok()
            .filter(|value| *value <= max)
            .ok_or_else(|| {
                E::custom(format_args!(
                    "{value} does not fit into `{}`{HELP}the largest value is {max}",
                    self.0
                ))
            })
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<u32, E> {
        match self.1.max() {
            1 => Ok(u32::from(value)),
            _ => Err(E::custom(format_args!(
                "`{}` is a number, not a flag",
                self.0
            ))),
        }
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<u32, E> {
        match self.1 {
            Slot::Parameter(_) => by_name::<BaseFwParam>(text)
                .map(|p| u32::from(p.code()))
                .map_err(E::custom),
            Slot::State(_) => by_name::<PipelineState>(text)
                .map(PipelineState::code)
                .map_err(E::custom),
            _ => Err(E::custom(format_args!("`{text}` is not a number"))),
        }
    }
}
