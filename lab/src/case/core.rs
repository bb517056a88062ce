//! Core ids and lists of them, as a case writes them.

use acelab_abi::core_id::{CoreId, MAX_CORES};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A core that exists on some machine. Whether the case's machine has it is checked on loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Core(pub CoreId);

impl<'de> Deserialize<'de> for Core {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let index = u64::deserialize(deserializer)?;
        u8::try_from(index)
            .ok()
            .and_then(CoreId::new)
            .map(Self)
            .ok_or_else(|| {
                let last = MAX_CORES - 1;
                de::Error::custom(format_args!(
                    "no machine has a core {index}\nhelp: cores are 0 to {last}"
                ))
            })
    }
}

impl Serialize for Core {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.0.get())
    }
}

impl JsonSchema for Core {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Core".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": 0, "maximum": MAX_CORES - 1 })
    }
}

/// The bits of `cores` in a mask.
pub fn mask(cores: &[Core]) -> u32 {
    cores.iter().fold(0, |mask, core| mask | core.0.bit())
}
