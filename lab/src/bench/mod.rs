//! Figures: the firmware in guest instructions, the lab in host time.

mod guest;
mod host;

pub use guest::{Figure, measure};
pub use host::{BootTime, boot_time, median};
