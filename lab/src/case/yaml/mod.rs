//! YAML, behind one door.
//!
//! Values follow the rules of `serde_yaml` (the fork kept under the YAML
//! organisation). That crate keeps no positions after parsing, so the document is
//! first read as events into a tree of [`Node`]s with their byte ranges; every
//! plain scalar is then resolved by `serde_yaml`, and serde reads typed values
//! from the tree. An error therefore always knows its place. Anchors, aliases and
//! tags are not part of the case language.

mod build;
mod decode;
mod node;
mod scalar;

pub use build::parse;
pub use decode::decode;
pub use node::{Key, Kind, Node, Scalar};
