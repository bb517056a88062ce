//! What loadable modules cost, counted outside of the guest.

mod files;
mod instances;
mod load;
mod pairs;

pub use instances::{Instances, measure_instances};
pub use load::{LINK_LIMIT, LINK_RELOCATIONS, Loaded, Loads, measure_library, measure_loads};
pub use pairs::{ABOVE_BUILT_IN_LIMIT, PAIRS, Pair, PairCost, measure_pair};

use acelab_abi::clock::{NANOS_PER_INSTRUCTION, Nanos};

use crate::host::Cost;

/// What something takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spent {
    /// Instructions of all cores.
    pub instructions: f64,
    /// Virtual time in nanoseconds.
    pub nanos: f64,
}

impl Spent {
    /// Nanoseconds in which no core executed anything: it slept until data came.
    pub fn asleep(self) -> f64 {
        self.nanos - self.instructions * NANOS_PER_INSTRUCTION as f64
    }

    /// The virtual time, rounded.
    pub fn time(self) -> Nanos {
        Nanos(self.nanos.round() as u64)
    }
}

impl From<&Cost> for Spent {
    fn from(cost: &Cost) -> Self {
        Self {
            instructions: cost.instructions as f64,
            nanos: cost.time.0 as f64,
        }
    }
}
