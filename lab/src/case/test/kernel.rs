//! Tests of the kernel: `kernel: { name: thread_life, core: 1, ARGUMENT: 5 }`.

use std::borrow::Cow;
use std::fmt;

use acelab_abi::debug_ipc::TestId;
use acelab_abi::ipc4::ModuleType;
use acelab_abi::kernel_test::{self, KernelTest};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::json;

use super::request;
use crate::case::core::{Core, mask};
use crate::case::diagnostic::{HELP, suggest};
use crate::case::message::Message;
use crate::case::names::{self, Named};

/// A test of the kernel, where it runs, and its arguments.
#[derive(Debug, Clone, PartialEq)]
pub struct Kernel {
    /// Which test.
    pub test: KernelTest,
    /// The cores it runs on at once; the first one's result is looked at.
    pub cores: Vec<Core>,
    /// The arguments by the order of the list.
    pub args: [u32; kernel_test::MAX_ARGS],
}

impl Kernel {
    /// A test without arguments on core 0.
    pub fn plain(test: KernelTest) -> Self {
        Self {
            test,
            cores: vec![Core(acelab_abi::core_id::CoreId::PRIMARY)],
            args: [0; kernel_test::MAX_ARGS],
        }
    }

    /// The request that runs it.
    pub fn message(&self) -> Message {
        let mut words = vec![self.test.number(), mask(&self.cores)];
        words.extend_from_slice(&self.args[..self.test.info().args.len()]);
        let first = self
            .cores
            .first()
            .copied()
            .unwrap_or(Core(acelab_abi::core_id::CoreId::PRIMARY));
        request(ModuleType::LargeConfigGet, TestId::Kernel, first, &words)
    }
}

impl Named for KernelTest {
    const KIND: &'static str = "kernel test";
    const SCHEMA: &'static str = "KernelTest";
    fn all() -> &'static [Self] {
        Self::ALL
    }
    fn name(self) -> &'static str {
        self.info().name
    }
    fn code(self) -> u32 {
        self.number()
    }
}

impl<'de> Deserialize<'de> for Kernel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(KernelVisitor)
    }
}

struct KernelVisitor;

impl<'de> Visitor<'de> for KernelVisitor {
    type Value = Kernel;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a kernel test, such as `{ name: thread_life, core: 1 }`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Kernel, A::Error> {
        if map.next_key_seed(First)?.is_none() {
            return Err(de::Error::custom("`name` is missing"));
        }
        let name = map.next_value::<Name>()?;
        let mut kernel = Kernel::plain(name.0);
        while let Some(key) = map.next_key_seed(KeySeed(name.0))? {
            match key {
                Key::Core => kernel.cores = vec![map.next_value()?],
                Key::Cores => kernel.cores = map.next_value::<Several>()?.0,
                Key::Argument(index) => kernel.args[index] = map.next_value::<Argument>()?.0,
            }
        }
        Ok(kernel)
    }
}

/// The name of a test.
struct Name(KernelTest);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        names::by_name(&String::deserialize(deserializer)?)
            .map(Self)
            .map_err(de::Error::custom)
    }
}

/// At least one core, none twice.
struct Several(Vec<Core>);

impl<'de> Deserialize<'de> for Several {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let cores = Vec::<Core>::deserialize(deserializer)?;
        if cores.is_empty() {
            return Err(de::Error::custom("no core"));
        }
        if mask(&cores).count_ones() as usize != cores.len() {
            return Err(de::Error::custom("a core is named twice"));
        }
        Ok(Self(cores))
    }
}

/// A number, or a flag.
struct Argument(u32);

impl<'de> Deserialize<'de> for Argument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Flag(bool),
            Number(u32),
        }
        match Form::deserialize(deserializer) {
            Ok(Form::Flag(flag)) => Ok(Self(flag.into())),
            Ok(Form::Number(number)) => Ok(Self(number)),
            Err(_) => Err(de::Error::custom(
                "an argument is a number of 32 bits, or a flag",
            )),
        }
    }
}

/// The first key, which must be `name`: the other keys depend on it.
struct First;

impl<'de> DeserializeSeed<'de> for First {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let key = String::deserialize(deserializer)?;
        if key == "name" {
            return Ok(());
        }
        Err(de::Error::custom(format_args!(
            "`{key}` before the name of the test{HELP}begin with `name`"
        )))
    }
}

#[derive(Clone, Copy)]
enum Key {
    Core,
    Cores,
    Argument(usize),
}

struct KeySeed(KernelTest);

impl<'de> DeserializeSeed<'de> for KeySeed {
    type Value = Key;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        let key = String::deserialize(deserializer)?;
        let info = self.0.info();
        match key.as_str() {
            "core" => return Ok(Key::Core),
            "cores" => return Ok(Key::Cores),
            _ => {}
        }
        if let Some(index) = info.args.iter().position(|arg| *arg == key) {
            return Ok(Key::Argument(index));
        }
        let known: Vec<&str> = ["core", "cores"].iter().chain(info.args).copied().collect();
        Err(de::Error::custom(format_args!(
            "`{}` has no argument `{key}`{HELP}{}",
            info.name,
            suggest(&key, &known)
        )))
    }
}

impl Serialize for Kernel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let info = self.test.info();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", info.name)?;
        map.serialize_entry("cores", &self.cores)?;
        for (name, value) in info.args.iter().zip(self.args) {
            map.serialize_entry(name, &value)?;
        }
        map.end()
    }
}

impl JsonSchema for Kernel {
    fn schema_name() -> Cow<'static, str> {
        "Kernel".into()
    }

    /// One form per test, with its arguments; and one for a name that the
    /// matrix gives.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let core = generator.subschema_for::<Core>().to_value();
        let cores = generator.subschema_for::<Vec<Core>>().to_value();
        let mut forms: Vec<_> = KernelTest::ALL
            .iter()
            .map(|test| {
                let info = test.info();
                let mut properties = serde_json::Map::new();
                properties.insert("name".to_owned(), json!({ "const": info.name }));
                properties.insert("core".to_owned(), core.clone());
                properties.insert("cores".to_owned(), cores.clone());
                for arg in info.args {
                    let value = json!({ "anyOf": [
                        { "type": "boolean" },
                        { "type": "integer", "minimum": 0, "maximum": u32::MAX },
                    ] });
                    properties.insert((*arg).to_owned(), value);
                }
                json!({
                    "type": "object",
                    "description": info.summary.trim(),
                    "properties": properties,
                    "required": ["name"],
                    "additionalProperties": false,
                })
            })
            .collect();
        forms.push(json!({
            "type": "object",
            "properties": { "name": { "type": "string", "pattern": r"\$\{[A-Za-z0-9_]+\}" } },
            "required": ["name"],
        }));
        json_schema!({ "description": "A test of the kernel, its cores and arguments.", "anyOf": forms })
    }
}
