//! Why the kernel stops a user thread, as a case writes it.

use std::borrow::Cow;
use std::fmt;

use acelab_abi::exception::CAUSES;
use acelab_abi::fault_report::Reason;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::diagnostic::{HELP, suggest};

/// A kind of reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultCause {
    /// The exception with this EXCCAUSE.
    Exception(u32),
    /// A bad pointer in a system call.
    BadPointer,
    /// A panic of its own.
    Panic,
    /// A system call that it may not make.
    Forbidden,
    /// A guarded call that took too long.
    OverBudget,
}

const BAD_POINTER: &str = "bad_pointer";
const PANIC: &str = "panic";
const FORBIDDEN: &str = "forbidden";
const OVER_BUDGET: &str = "over_budget";

impl FaultCause {
    /// Whether a report's reason is of this kind.
    pub fn matches(self, reason: Reason<'_>) -> bool {
        match (self, reason) {
            (Self::Exception(cause), Reason::Exception(came)) => cause == came,
            (Self::BadPointer, Reason::BadPointer { .. })
            | (Self::Panic, Reason::Panic(_))
            | (Self::Forbidden, Reason::Forbidden(_))
            | (Self::OverBudget, Reason::OverBudget(_)) => true,
            _ => false,
        }
    }

    fn all() -> impl Iterator<Item = (String, Self)> {
        let exceptions = CAUSES
            .iter()
            .map(|(code, text)| (snake(text), Self::Exception(*code)));
        let others = [
            (BAD_POINTER.to_owned(), Self::BadPointer),
            (PANIC.to_owned(), Self::Panic),
            (FORBIDDEN.to_owned(), Self::Forbidden),
            (OVER_BUDGET.to_owned(), Self::OverBudget),
        ];
        exceptions.chain(others)
    }
}

/// `load/store alignment` as `load_store_alignment`.
fn snake(text: &str) -> String {
    let word = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '_'
        }
    };
    text.chars().map(word).collect()
}

impl fmt::Display for FaultCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::all().find(|(_, cause)| cause == self);
        f.write_str(name.as_ref().map_or("unknown", |(name, _)| name))
    }
}

impl<'de> Deserialize<'de> for FaultCause {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let found = Self::all().find(|(name, _)| *name == text);
        found.map(|(_, cause)| cause).ok_or_else(|| {
            let names: Vec<String> = Self::all().map(|(name, _)| name).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            de::Error::custom(format_args!(
                "unknown cause `{text}`{HELP}{}",
                suggest(&text, &names)
            ))
        })
    }
}

impl Serialize for FaultCause {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for FaultCause {
    fn schema_name() -> Cow<'static, str> {
        "FaultCause".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": Self::all().map(|(name, _)| name).collect::<Vec<_>>() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_a_name_of_its_own() {
        let names: Vec<String> = FaultCause::all().map(|(name, _)| name).collect();
        let mut unique = names.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), names.len());
        assert!(names.contains(&"load_store_alignment".to_owned()));
        assert_eq!(FaultCause::Exception(28).to_string(), "load_prohibited");
    }

    #[test]
    fn a_cause_matches_its_own_reason_only() {
        let reasons = [
            Reason::Exception(28),
            Reason::BadPointer {
                address: 0,
                syscall: 1,
            },
            Reason::Panic("x"),
            Reason::Forbidden(1),
            Reason::OverBudget(4),
        ];
        let causes = [
            FaultCause::Exception(28),
            FaultCause::BadPointer,
            FaultCause::Panic,
            FaultCause::Forbidden,
            FaultCause::OverBudget,
        ];
        for (a, cause) in causes.into_iter().enumerate() {
            for (b, reason) in reasons.into_iter().enumerate() {
                assert_eq!(cause.matches(reason), a == b);
            }
        }
        assert!(!FaultCause::Exception(29).matches(Reason::Exception(28)));
    }
}
