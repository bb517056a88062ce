//! Cases: what a test does and what it expects, as data.
//!
//! A file becomes one or more [`Case`]s; after that nothing is text any more.

pub mod budget;
pub mod core;
pub mod diagnostic;
mod document;
pub mod expect;
pub mod fault;
mod library;
mod load;
mod loadable;
mod matrix;
mod memory_map;
pub mod message;
pub mod names;
pub mod percent;
pub mod plant;
pub mod register;
pub mod schema;
pub mod step;
mod steps;
pub mod stream;
pub mod test;
pub mod time;
pub mod yaml;

pub use document::{Case, CaseId, Firmware, SnapshotPart};
pub use library::{
    Corrupt, Library, LibraryForm, LibrarySource, Load, LoadForm, MAX_LIBRARY, PatchValue, Seal,
    Sealed,
};
pub use load::{CaseFile, EXHAUSTIVE, Sources, load_folder, load_text, load_text_with};
pub use memory_map::MemoryMap;
