//! Parts of a hundred as a case writes them: `2 %`, `0.25 %`.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A part of a whole, in hundredths of a percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u32);

/// Hundredths of a percent in one.
const WHOLE: u128 = 10_000;

/// What a text must look like to be a percentage.
const PATTERN: &str = "^[0-9]{1,6}(\\.[0-9]{1,2})? ?%$";

impl Percent {
    /// Whether `new` of `news` is above `old` of `olds` by this part of the latter at most.
    pub fn admits(self, (new, news): (u64, u64), (old, olds): (u64, u64)) -> bool {
        let [new, news, old, olds] = [new, news, old, olds].map(u128::from);
        new * olds * WHOLE <= old * news * (WHOLE + u128::from(self.0))
    }
}

impl FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let number = text.strip_suffix('%')?.trim_end_matches(' ');
            let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
            let digits = |text: &str, most| {
                (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
            };
            if !digits(whole, 6) || !digits(part, 2) {
                return None;
            }
            let part: u32 = format!("{part:0<2}").parse().ok()?;
            Some(Self(whole.parse::<u32>().ok()? * 100 + part))
        };
        read().ok_or_else(|| {
            format!("`{text}` is no percentage\nhelp: write `2 %` or `0.25 %`, with two decimals at most")
        })
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / 100, self.0 % 100);
        match (part, part % 10) {
            (0, _) => write!(f, "{whole} %"),
            (_, 0) => write!(f, "{whole}.{} %", part / 10),
            _ => write!(f, "{whole}.{part:02} %"),
        }
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Percent {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Percent".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": PATTERN,
            "description": "A part of a hundred: 2 %, 0.25 %.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_is_shown_alike() {
        for text in ["2 %", "0.25 %", "0.5 %", "0.05 %", "120 %", "0 %"] {
            let percent: Percent = text.parse().expect(text);
            assert_eq!(percent.to_string(), text);
        }
        assert_eq!("2%".parse(), Ok(Percent(200)));
        for wrong in [
            "2",
            "%",
            "-2 %",
            ".5 %",
            "1.234 %",
            "1. %",
            "two %",
            "1234567 %",
        ] {
            assert!(wrong.parse::<Percent>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn means_are_compared_exactly() {
        let two: Percent = "2 %".parse().expect("a percentage");
        // 100 in each of three, against 102 in each of two.
        assert!(two.admits((204, 2), (300, 3)));
        assert!(!two.admits((205, 2), (300, 3)));
        assert!(two.admits((0, 1), (300, 3)));
        assert!(!two.admits((1, 1), (0, 1)));
    }
}
