//! What cores do in each tick, counted by the target and not by the firmware.

mod budget;
mod host;
mod stats;

pub use budget::{exceeded, violations};
pub use host::measure;
pub use stats::{CoreTicks, Spread, count, exceptions};
