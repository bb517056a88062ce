//! The canonical event log of a run.

mod timeline;

pub use timeline::{Content, Line, Timeline};
