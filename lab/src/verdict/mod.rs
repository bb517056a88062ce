//! What a run is worth.

mod faults;
mod invariants;
mod outcome;

pub use faults::ExpectedFaults;
pub use invariants::{Tolerated, check};
pub use outcome::{Failure, Verdict, exit_code};
