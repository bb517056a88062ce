//! What a run is worth.

mod invariants;
mod outcome;

pub use invariants::{Tolerated, check};
pub use outcome::{Failure, Verdict, exit_code};
