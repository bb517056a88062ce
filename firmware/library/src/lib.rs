#![cfg_attr(not(any(test, feature = "write")), no_std)]
#![forbid(unsafe_code)]
//! Library files of loadable modules.
//!
//! - [`format`]: what lies where in a file.
//! - [`manifest`]: the checked view of a file's manifest, the only way to its
//!   contents.
//! - [`parts`]: checksums of what follows the manifest, while it arrives.
//! - [`link`]: relocations and imports.
//! - [`catalogue`]: which libraries there are, where their images lie, who uses
//!   them, and what has to be mapped when.
//! - `write` (feature `write`): the same files from the other end.
//! - `fuzz` (feature `write`): files that are almost right, and an independent
//!   judge.
//!
//! A file is hostile until it is checked. Nothing here panics on any content, and
//! all arithmetic on it is checked. The words handed in must be the caller's own:
//! memory that nobody else, no DMA either, writes to meanwhile.

pub mod catalogue;
pub mod error;
pub mod format;
#[cfg(feature = "write")]
pub mod fuzz;
pub mod link;
pub mod manifest;
pub mod parts;
pub mod sha256;
#[cfg(feature = "write")]
pub mod write;

pub use error::LoadError;
pub use manifest::Manifest;
