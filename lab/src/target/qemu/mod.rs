//! The machine `ace30` in QEMU, in lockstep with the lab. Nothing outside this
//! folder knows that QEMU exists.

mod children;
mod empty;
mod launch;
mod link;

pub use children::kill_all;
pub use empty::{empty_guest, installed};
pub use launch::Qemu;
pub use link::attach;
