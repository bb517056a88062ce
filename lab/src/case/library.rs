//! Loadable libraries of a case: which file has which id, and what is wrong with it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::diagnostic::{Diagnostic, HELP};
use super::expect::ReplyExpectation;
use super::yaml::{Kind, Node, decode};

/// Largest id of a library; 0 is the firmware itself.
pub const MAX_LIBRARY: u8 = 15;

/// A library that the case can load.
#[derive(Debug, Clone, PartialEq)]
pub struct Library {
    /// Its id.
    pub id: u8,
    /// Its file.
    pub source: LibrarySource,
}

/// A library's file: its name, or the name and what is changed in it: what editors check.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum LibraryForm {
    /// As it was built: `gain` for firmware/modules/libraries/gain.
    Name(String),
    /// With something wrong.
    Changed(LibrarySource),
}

/// Where a file comes from, and what is changed in it before the host sends it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LibrarySource {
    /// Name of the library in firmware/modules/libraries.
    pub file: String,
    /// Fields of the file with other values, such as `image[0].segment[1].rights: 7`. A number is
    /// written to the field's first word, a text to its bytes.
    #[serde(default)]
    pub patch: BTreeMap<String, PatchValue>,
    /// Which checksums are made right again behind the patches.
    #[serde(default)]
    pub seal: Seal,
    /// Bytes after which the file ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub truncate: Option<u32>,
}

/// What is made right again behind patches: all checksums (`true`), none (`false`), that of the
/// manifest alone (`manifest`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Seal {
    /// All, or none.
    All(bool),
    /// Some.
    Only(Sealed),
}

/// A checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sealed {
    /// That of the manifest, in which those of the parts stand.
    Manifest,
}

impl Default for Seal {
    fn default() -> Self {
        Self::All(true)
    }
}

/// The value of a patched field.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum PatchValue {
    /// Its first word.
    Word(u32),
    /// Its bytes, with zeros behind them.
    Text(String),
}

impl LibrarySource {
    /// The file as it was built.
    pub fn intact(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            patch: BTreeMap::new(),
            seal: Seal::default(),
            truncate: None,
        }
    }
}

/// Loads a library: LOAD_LIBRARY while the host's DMA sends the file.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// Its number among the case's `libraries`.
    pub library: u8,
    /// The id that the message gives it; its number unless given.
    #[serde(default, rename = "as", skip_serializing_if = "Option::is_none")]
    pub id: Option<u8>,
    /// Number of the host's DMA stream.
    #[serde(default)]
    pub dma: u8,
    /// Whether LOAD_LIBRARY_PREPARE is sent before.
    #[serde(default)]
    pub prepare: bool,
    /// Bytes after which the host sends nothing more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stall: Option<u32>,
    /// The reply.
    #[serde(default)]
    pub expect: ReplyExpectation,
}

/// Damage in the store of libraries, while the DSP has no power: one bit is changed, in the
/// directory, or in the file of a library as it lies there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Corrupt {
    /// The library's id; the directory's page unless given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub library: Option<u8>,
    /// A field of its file, such as `image[0].segment[0].bytes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Which word, from the first one of the page, the file, or the field.
    #[serde(default)]
    pub word: u32,
}

/// The number of a library, or all about its loading: what editors check.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum LoadForm {
    /// It must succeed.
    Library(u8),
    /// In detail.
    Detailed(Load),
}

impl Load {
    /// Loads a library, which must succeed.
    pub(super) fn of(library: u8) -> Self {
        Self {
            library,
            id: None,
            dma: 0,
            prepare: false,
            stall: None,
            expect: ReplyExpectation::default(),
        }
    }
}

/// Reads `libraries: { 1: gain, 2: { file: gain, truncate: 4096 } }`.
pub(super) fn libraries(node: &Node, findings: &mut Vec<Diagnostic>) -> Vec<Library> {
    if !matches!(node.kind, Kind::Mapping(_)) {
        let message = format!(
            "{} where libraries are expected{HELP}write `libraries: {{ 1: gain }}`",
            node.describe()
        );
        findings.push(Diagnostic::new(message, node.span.clone()));
        return Vec::new();
    }
    let mut libraries = Vec::new();
    for (key, value) in node.entries() {
        let id = key.text.parse().ok();
        let Some(id) = id.filter(|id| (1..=MAX_LIBRARY).contains(id)) else {
            let message = format!("`{}` is no id{HELP}ids are 1 to {MAX_LIBRARY}", key.text);
            findings.push(Diagnostic::new(message, key.span.clone()));
            continue;
        };
        let source = match &value.kind {
            Kind::Mapping(_) => decode(value),
            _ => decode::<String>(value).map(|file| LibrarySource::intact(&file)),
        };
        match source {
            Ok(source) => libraries.push(Library { id, source }),
            Err(finding) => findings.push(finding),
        }
    }
    libraries
}
