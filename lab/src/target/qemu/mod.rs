//! The machine `ace30` in QEMU, in lockstep with the lab. Nothing outside this
//! folder knows that QEMU exists.

mod children;
mod launch;
mod link;

pub use children::{interrupted, kill_all, on_interrupt};
pub use launch::Qemu;
