//! Bytes as hexadecimal digits.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Bytes that a case writes as `01 0a ff`.
#[derive(Debug, Clone, PartialEq, JsonSchema)]
pub struct Hex(#[schemars(with = "String")] pub Vec<u8>);

impl<'de> Deserialize<'de> for Hex {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::read(&text).ok_or_else(|| {
            de::Error::custom(format_args!(
                "`{text}` is not pairs of hexadecimal digits\nhelp: write \"01 0a ff\""
            ))
        })
    }
}

impl Hex {
    /// The bytes, if the text is pairs of digits; spaces are ignored.
    pub fn read(text: &str) -> Option<Self> {
        let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').collect();
        let byte = |pair: &[u8]| -> Option<u8> {
            let &[high, low] = pair else { return None };
            let digit = |b: u8| {
                char::from(b)
                    .to_digit(16)
                    .and_then(|d| u8::try_from(d).ok())
            };
            Some(digit(high)? << 4 | digit(low)?)
        };
        digits.chunks(2).map(byte).collect::<Option<_>>().map(Self)
    }
}

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text: Vec<_> = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        serializer.serialize_str(&text.join(" "))
    }
}
