//! What a run is worth.

pub mod audio;
mod faults;
mod invariants;
pub mod memory_map;
mod outcome;
mod planted;
mod rings;

pub use faults::{Allowed, ExpectedFaults, report_head};
pub use invariants::{Tolerated, check};
pub use outcome::{Failure, Verdict, exit_code};
pub use planted::found_or_failures;
