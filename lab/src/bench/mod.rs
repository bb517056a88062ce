//! Figures: the firmware in guest instructions, the lab in host time.

mod guest;
mod host;
mod kernel;
mod latency;
mod modules;
mod scenario;
mod soak;
mod spans;
mod ticks;

pub use guest::{Figure, measure};
pub use host::{BootTime, boot_time, median};
pub use kernel::{BenchError, KernelFigure, measure_kernel};
pub use latency::{Latency, REVIEWED, differences, measure_latency, text as latency_text};
pub use modules::{
    ABOVE_BUILT_IN_LIMIT, Instances, LINK_LIMIT, LINK_RELOCATIONS, Loaded, Loads, PAIRS, Pair,
    PairCost, Spent, measure_instances, measure_library, measure_loads, measure_pair,
};
pub use soak::{SoakFailure, Soaked, soak};
pub use ticks::{OVERHEAD_LIMIT, STREAMS, measure_ticks, overhead};
