//! Views of the engine's ring buffers.
//!
//! A ring holds whole frames and its size is a whole number of them, so what is
//! in it, or free in it, is at most two pieces, and no frame lies across its end.

mod block;
mod samples;
mod sink;
mod source;
#[cfg(test)]
mod tests;

pub use block::Block;
pub use samples::{Samples, SamplesMut};
pub use sink::Sink;
pub use source::Source;
