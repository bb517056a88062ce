//! Which libraries are mapped where.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The page tables of all domains, read with the debug firmware: every page must have the rights
/// that it may have, and exactly the images of these libraries must be mapped, where the
/// firmware's log says that they lie.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MemoryMap {
    /// Ids of the libraries that the audio domain of each core has, core by core; of none from
    /// where the list ends.
    pub audio: Vec<Vec<u8>>,
    /// The same of each domain that belongs to an instance alone, in the order of their numbers.
    pub private: Vec<Vec<u8>>,
}
