//! Many cases: which ones, how many at a time, what became of them.

mod determinism;
mod firmware;
mod hog;
mod pool;
mod result;
mod select;

pub use determinism::{Divergence, check as check_determinism};
pub use firmware::FirmwareSet;
pub use pool::{run_all, stay_on_one_cpu};
pub use result::{CaseResult, Suite};
pub use select::{Selection, Shard, is_exhaustive};
