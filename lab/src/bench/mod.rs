//! Figures: the firmware in guest instructions, the lab in host time.

mod guest;
mod host;
mod kernel;
mod spans;

pub use guest::{Figure, measure};
pub use host::{BootTime, boot_time, median};
pub use kernel::{BenchError, KernelFigure, measure_kernel};
