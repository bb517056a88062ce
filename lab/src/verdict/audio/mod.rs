//! What recordings of streams are worth.

mod judge;
mod mixed;
mod order;
mod positions;
mod reference;
mod result;

pub use judge::judge;
pub use result::{AudioResult, PartResult, TakeResult};
