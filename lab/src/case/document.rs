//! A case as a whole.

use std::fmt;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::expect::Allow;
use super::library::Library;
use super::plant::Plant;
use super::step::Located;
use super::stream::{Expect, Stream};
use super::time::VirtualTime;
use crate::coverage::Covered;

/// One runnable case: a file, or one combination of its matrix.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its name.
    pub id: CaseId,
    /// One sentence.
    pub summary: String,
    /// Words to select it by.
    pub tags: Vec<String>,
    /// The scenarios and bugs that it shows to be handled.
    pub covers: Vec<Covered>,
    /// Cores of the machine, 1 to 5.
    pub cores: u8,
    /// Which build of the firmware runs.
    pub firmware: Firmware,
    /// Seed of everything random in the case.
    pub seed: u64,
    /// Virtual time after which the case is given up.
    pub timeout: VirtualTime,
    /// A fault that the firmware is made to have, and that the case must find.
    pub plant: Option<Plant>,
    /// What the run may contain although the lab forbids it by default.
    pub allow: Allow,
    /// Texts that no log line may contain.
    pub forbid: Vec<String>,
    /// What the reviewed snapshot shows.
    pub snapshot: Vec<SnapshotPart>,
    /// The folder of its file, where the files are that it names.
    pub folder: PathBuf,
    /// Its loadable libraries.
    pub libraries: Vec<Library>,
    /// Its streams, in the order of the file.
    pub streams: Vec<Stream>,
    /// What must be so when the run has ended.
    pub expect: Expect,
    /// What happens.
    pub steps: Vec<Located>,
}

/// The name of a case: `area/name`, with the matrix values in brackets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CaseId {
    /// `area/name`; also the path of the file without its extension.
    pub file: String,
    /// `[cores=5]`, or empty.
    pub choice: String,
}

impl CaseId {
    /// The name as part of a file name, without separators or brackets.
    pub fn file_stem(&self) -> String {
        let choice = self.choice.trim_start_matches('[').trim_end_matches(']');
        let name = self.file.replace('/', "__");
        if choice.is_empty() {
            name
        } else {
            // No shell and no file system takes offence at these.
            let plain = |c: char| c.is_ascii_alphanumeric() || "=,+.-_".contains(c);
            let word = choice.replace(|c| !plain(c), "_");
            format!("{name}@{word}")
        }
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.file, self.choice)
    }
}

/// A build of the firmware.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Deserialize,
    Serialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Firmware {
    /// What would ship.
    #[default]
    Production,
    /// With the debug IPC.
    Debug,
    /// As debug, but threads have no names.
    Nameless,
    /// As debug, but the LL and IPC threads run in ring 0.
    #[serde(rename = "ll-kernel")]
    LlKernel,
    /// As debug, but a command may take 20 ms, not 100.
    #[serde(rename = "timeout-20")]
    Timeout20,
    /// As debug, and the host is told of the positions of its streams.
    Positions,
}

impl Firmware {
    /// Every build, as `firmware/variants.toml` has them.
    pub const ALL: [Self; 6] = [
        Self::Production,
        Self::Debug,
        Self::Nameless,
        Self::LlKernel,
        Self::Timeout20,
        Self::Positions,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Debug => "debug",
            Self::Nameless => "nameless",
            Self::LlKernel => "ll-kernel",
            Self::Timeout20 => "timeout-20",
            Self::Positions => "positions",
        }
    }

    /// The build with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|build| build.name() == name)
    }
}

/// A part of the snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SnapshotPart {
    /// The message exchange.
    Ipc,
    /// The firmware's log, core by core.
    Log,
    /// Power transitions of the cores.
    Power,
    /// What was recorded of the streams.
    Audio,
}

/// The machine that runs the case.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Machine {
    /// Cores, 1 to 5.
    #[schemars(range(min = 1, max = 5))]
    pub cores: u8,
}
