//! What the cores share beside the kernel itself: the lock around it, and the
//! withdrawal of translations from every core.
//!
//! Everything is made of words that a [`Word`] stands for, so that the tests
//! run this very code in every order that two cores can interleave.

mod lock;
mod shoot_down;
mod word;

#[cfg(test)]
mod explore;

pub use lock::{HalfDone, KernelLock};
pub use shoot_down::{NoAnswer, ShootDown};
pub use word::Word;

#[cfg(test)]
pub(crate) use explore::explore;
