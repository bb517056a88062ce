//! Names of streams in steps: one, or a list.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `first`, or `[first, second]`.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum StreamNames {
    /// One.
    One(String),
    /// Several, in this order.
    Several(Vec<String>),
}

impl StreamNames {
    /// The names in order.
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Several(names) => names,
        }
    }
}
