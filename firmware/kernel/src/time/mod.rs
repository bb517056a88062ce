//! Time: the wall clock and a queue of timers.

mod queue;
mod wall_clock;

pub use acelab_abi::clock::{ticks_from_micros, ticks_from_millis, ticks_to_micros};
pub use queue::{QueueFull, TimerQueue};
pub use wall_clock::WallClock;
