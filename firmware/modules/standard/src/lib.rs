#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
//! The processing modules that come with the firmware.
//!
//! All arithmetic is fixed point, so that a stream has the same bits on the DSP
//! and on the host. What each module computes is defined by its counterpart in
//! `acelab-reference`, which the tests compare it with.

extern crate alloc;

mod copy;
mod dc_block;
mod eq;
mod fixed;
mod history;
mod matrix;
mod mixer;
mod probe;
mod rate;
mod series;
mod table;
mod tone;
#[cfg(feature = "vectors")]
pub mod vectors;
mod volume;

pub use copy::{ChannelMap, FrameCopy};
pub use eq::{EQFIR, EQIIR};
pub use mixer::{MIXIN, MIXOUT};
pub use rate::SRC;
pub use table::{MODULES, find};
pub use volume::{GAIN, PEAKVOL};
