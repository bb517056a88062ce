//! Streams of a case as IPC4: what the host sends to make, move and delete them.

mod compose;
mod expand;
mod formats;
mod payload;
mod plan;
mod track;

pub use expand::expand;
pub use formats::audio_format;
pub use plan::{Instance, Pipeline, Plan, Planned, set_state};
pub use track::{Part, Take, Track};
