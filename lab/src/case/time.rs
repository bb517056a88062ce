//! Spans of virtual time as a case writes them: `5 ms`, `250 us`.

use std::fmt;
use std::str::FromStr;

use acelab_abi::clock::Nanos;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A span of virtual time with its unit: `ns`, `us`, `ms` or `s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct VirtualTime(pub Nanos);

/// The units from the longest to the shortest, in nanoseconds.
const UNITS: [(&str, u64); 4] = [
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// What a text must look like to be a time.
const PATTERN: &str = "^[0-9]+(\\.[0-9]{1,9})? ?(ns|us|ms|s)$";

impl VirtualTime {
    /// A span of whole milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(Nanos::from_millis(millis))
    }
}

impl FromStr for VirtualTime {
    type Err = String;

    /// Reads a decimal number and a unit. Fractions finer than a nanosecond are refused.
    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text
            .bytes()
            .take_while(|b| b.is_ascii_digit() || *b == b'.')
            .count();
        let (number, unit) = (&text[..digits], text[digits..].trim_start_matches(' '));
        if number.is_empty() {
            return Err(format!(
                "`{text}` is not a time\nhelp: write a number and a unit, as in `5 ms`"
            ));
        }
        if unit.is_empty() {
            return Err(format!(
                "`{text}` has no unit\nhelp: write `{number} ms`, or ns, us, s"
            ));
        }
        let Some((_, nanos)) = UNITS.iter().find(|(name, _)| *name == unit) else {
            return Err(format!(
                "unknown unit `{unit}`\nhelp: times are given in ns, us, ms or s"
            ));
        };
        scaled(number, *nanos)
            .map(|value| Self(Nanos(value)))
            .ok_or_else(|| format!("`{number}` cannot be counted in whole nanoseconds"))
    }
}

/// `number` × `unit`, if the product is a whole `u64`.
fn scaled(number: &str, unit: u64) -> Option<u64> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    if fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let divisor = 10_u64.pow(u32::try_from(fraction.len()).ok()?);
    let part = fraction.parse::<u64>().ok()?.checked_mul(unit)?;
    if part % divisor != 0 {
        return None;
    }
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(unit)?
        .checked_add(part / divisor)
}

impl fmt::Display for VirtualTime {
    /// The shortest exact form, in the longest unit that divides the span.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Nanos(nanos) = self.0;
        let (name, size) = UNITS
            .into_iter()
            .find(|(_, size)| nanos != 0 && nanos % size == 0)
            .unwrap_or(UNITS[3]);
        write!(f, "{} {name}", nanos / size)
    }
}

impl<'de> Deserialize<'de> for VirtualTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl Serialize for VirtualTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for VirtualTime {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "VirtualTime".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": PATTERN,
            "description": "A span of virtual time with its unit: 5 ms, 250 us, 40 ns, 2 s.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_are_read_with_their_unit() {
        for (text, nanos) in [
            ("5 ms", 5_000_000),
            ("5ms", 5_000_000),
            ("1.5 us", 1_500),
            ("0 ns", 0),
            ("2 s", 2_000_000_000),
        ] {
            assert_eq!(text.parse(), Ok(VirtualTime(Nanos(nanos))), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_time_says_why() {
        for (text, part) in [
            ("5", "has no unit"),
            ("5 minutes", "unknown unit `minutes`"),
            ("soon", "is not a time"),
            ("", "is not a time"),
            ("0.5 ns", "whole nanoseconds"),
            ("99999999999999999999 s", "whole nanoseconds"),
            ("1..5 ms", "whole nanoseconds"),
        ] {
            let error = text.parse::<VirtualTime>().expect_err(text);
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    proptest! {
        #[test]
        fn display_and_parse_agree(nanos: u64) {
            let time = VirtualTime(Nanos(nanos));
            prop_assert_eq!(time.to_string().parse(), Ok(time));
        }

        #[test]
        fn any_text_is_a_time_or_an_error(text in "\\PC*") {
            let _ = text.parse::<VirtualTime>();
        }
    }
}
