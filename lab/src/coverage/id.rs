//! The id of something to cover, as a case writes it.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use super::{Item, items};
use crate::case::diagnostic::{HELP, suggest};

/// Something that a case covers; its id is a known one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Covered(pub &'static Item);

impl fmt::Debug for Covered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.id)
    }
}

impl<'de> Deserialize<'de> for Covered {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        items()
            .find(|item| item.id == text)
            .map(Self)
            .ok_or_else(|| {
                let close: Vec<&str> = items().map(|item| item.id).collect();
                let help = match crate::case::diagnostic::did_you_mean(&text, close.iter().copied())
                {
                    Some(_) => suggest(&text, &close),
                    None => "`lab list --coverage` shows what there is".to_owned(),
                };
                de::Error::custom(format!("unknown scenario `{text}`{HELP}{help}"))
            })
    }
}

impl JsonSchema for Covered {
    fn schema_name() -> Cow<'static, str> {
        "Covered".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let ids: Vec<&str> = items().map(|item| item.id).collect();
        json_schema!({ "enum": ids })
    }
}
