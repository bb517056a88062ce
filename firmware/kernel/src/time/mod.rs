//! Time: the wall clock.

mod wall_clock;

pub use acelab_abi::clock::{ticks_from_micros, ticks_from_millis, ticks_to_micros};
pub use wall_clock::WallClock;
