//! Power of the secondary cores.

mod sequence;
mod state;

pub use sequence::{Sequencer, StepError, Wait};
pub use state::CoreStates;
