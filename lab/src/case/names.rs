//! Names of the protocol as cases spell them: the field's own, in lower case.

use std::borrow::Cow;
use std::fmt;

use acelab_abi::ipc4::pipeline::PipelineState;
use acelab_abi::ipc4::{BaseFwParam, NotificationType, Status};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::diagnostic::{HELP, suggest};

/// A protocol enumeration whose members have names.
pub trait Named: Copy + PartialEq + 'static {
    /// What a member is called in an error, such as `status`.
    const KIND: &'static str;
    /// Name of the type in the JSON Schema.
    const SCHEMA: &'static str;
    /// Every member.
    fn all() -> &'static [Self];
    /// The field's name, in upper case.
    fn name(self) -> &'static str;
    /// The code on the wire.
    fn code(self) -> u32;
}

macro_rules! named {
    ($($type:ty, $kind:literal, $schema:literal;)+) => {$(
        impl Named for $type {
            const KIND: &'static str = $kind;
            const SCHEMA: &'static str = $schema;
            fn all() -> &'static [Self] { Self::ALL }
            fn name(self) -> &'static str { <$type>::name(self) }
            fn code(self) -> u32 { u32::from(<$type>::code(self)) }
        }
    )+};
}

named! {
    Status, "status", "Status";
    PipelineState, "state", "PipelineState";
    BaseFwParam, "parameter", "LargeConfigParameter";
    NotificationType, "notification", "NotificationType";
}

/// The member with this lower-case name, or an error that suggests one.
pub fn by_name<T: Named>(text: &str) -> Result<T, String> {
    let found = T::all()
        .iter()
        .copied()
        .find(|member| member.name().eq_ignore_ascii_case(text));
    found
        .filter(|_| text.bytes().all(|byte| !byte.is_ascii_uppercase()))
        .ok_or_else(|| {
            let names: Vec<String> = lower_names::<T>();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            format!(
                "unknown {} `{text}`{HELP}{}",
                T::KIND,
                suggest(text, &names)
            )
        })
}

fn lower_names<T: Named>() -> Vec<String> {
    T::all()
        .iter()
        .map(|member| member.name().to_ascii_lowercase())
        .collect()
}

/// A code that a case gives by name, or by number where the protocol has no name for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code<T> {
    /// The number on the wire.
    pub value: u32,
    names: std::marker::PhantomData<T>,
}

/// The status of a reply.
pub type StatusCode = Code<Status>;
/// A state of a pipeline.
pub type StateCode = Code<PipelineState>;
/// A parameter of LARGE_CONFIG.
pub type Parameter = Code<BaseFwParam>;

impl<T: Named> Code<T> {
    /// The code with this number.
    pub const fn new(value: u32) -> Self {
        Self {
            value,
            names: std::marker::PhantomData,
        }
    }

    /// The code of a named member.
    pub fn of(member: T) -> Self {
        Self::new(member.code())
    }

    /// The member, if the number has a name.
    pub fn member(self) -> Option<T> {
        T::all()
            .iter()
            .copied()
            .find(|member| member.code() == self.value)
    }
}

impl<T: Named> fmt::Display for Code<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.member() {
            Some(member) => write!(f, "{} ({})", member.name().to_ascii_lowercase(), self.value),
            None => write!(f, "{}", self.value),
        }
    }
}

impl<'de, T: Named> Deserialize<'de> for Code<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<T>(std::marker::PhantomData<T>);
        impl<T: Named> de::Visitor<'_> for Visitor<T> {
            type Value = Code<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a {} by name or number", T::KIND)
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Code<T>, E> {
                by_name::<T>(text).map(Code::of).map_err(E::custom)
            }
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Code<T>, E> {
                u32::try_from(number)
                    .map(Code::new)
                    .map_err(|_| E::custom("more than 32 bits"))
            }
        }
        deserializer.deserialize_any(Visitor(std::marker::PhantomData))
    }
}

impl<T: Named> Serialize for Code<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.member() {
            Some(member) => serializer.serialize_str(&member.name().to_ascii_lowercase()),
            None => serializer.serialize_u32(self.value),
        }
    }
}

impl<T: Named> JsonSchema for Code<T> {
    fn schema_name() -> Cow<'static, str> {
        T::SCHEMA.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                { "enum": lower_names::<T>() },
                { "type": "integer", "minimum": 0, "maximum": u32::MAX },
            ],
        })
    }
}

/// A kind of notification, by name only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotificationName(pub NotificationType);

impl<'de> Deserialize<'de> for NotificationName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        by_name(&String::deserialize(deserializer)?)
            .map(Self)
            .map_err(de::Error::custom)
    }
}

impl Serialize for NotificationName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.name().to_ascii_lowercase())
    }
}

impl JsonSchema for NotificationName {
    fn schema_name() -> Cow<'static, str> {
        "Notification".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": lower_names::<NotificationType>() })
    }
}
