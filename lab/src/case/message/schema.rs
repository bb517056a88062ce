//! The JSON Schema of a message, from the same tables that read it.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::fields::{Slot, slots};
use super::{Kind, Message, Payload, names};
use crate::case::names::{Parameter, StateCode};

impl JsonSchema for Message {
    fn schema_name() -> Cow<'static, str> {
        "Message".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut forms = vec![json!({ "enum": names().map(|(name, _)| name).collect::<Vec<_>>() })];
        for (name, kind) in names() {
            forms.push(json!({
                "type": "object",
                "properties": { name.clone(): fields(kind, generator) },
                "required": [name],
                "additionalProperties": false,
            }));
        }
        json_schema!({ "description": "An IPC4 request by name, with its fields.", "anyOf": forms })
    }
}

fn fields(kind: Kind, generator: &mut SchemaGenerator) -> Value {
    let mut properties = Map::new();
    for (name, slot) in slots(kind) {
        let schema = match slot {
            Slot::Payload => generator.subschema_for::<Payload>().to_value(),
            Slot::Parameter(_) => generator.subschema_for::<Parameter>().to_value(),
            Slot::State(_) => generator.subschema_for::<StateCode>().to_value(),
            Slot::Module(_) => json!({ "anyOf": [
                { "type": "integer", "minimum": 0, "maximum": slot.max() },
                { "type": "string", "description": "A module by its name in MODULES_INFO." },
            ] }),
            _ if slot.max() == 1 => json!({ "anyOf": [{ "type": "boolean" }, { "enum": [0, 1] }] }),
            _ => json!({ "type": "integer", "minimum": 0, "maximum": slot.max() }),
        };
        properties.insert(name.to_owned(), schema);
    }
    json!({ "type": ["object", "null"], "properties": properties, "additionalProperties": false })
}
