#![forbid(unsafe_code)]
//! Slow and obvious implementations that the modules are compared with.
//!
//! Each function here *defines* what the module of its name computes: sample by
//! sample over the whole stream, in wide or exact arithmetic, without blocks and
//! without state that could be wrong at the edge of one. A recording of the
//! firmware's output is right when it equals the output of a [`Chain`].
//!
//! [`Rig`] runs a module on a stream that is cut into random pieces, to compare
//! it with its definition.

mod chain;
mod convert;
mod dc_block;
mod equaliser;
mod mixing;
mod pcm;
mod rate;
mod registry;
mod rig;
mod shaper;
mod tone;
mod volume;

pub use chain::{Chain, Stage};
pub use convert::{decode, encode};
pub use equaliser::{Biquad, equalise_fir, equalise_iir, fir_blob, iir_blob};
pub use mixing::{mixout, up_down_weights};
pub use pcm::Pcm;
pub use rate::convert_rate;
pub use registry::{expected, stage};
pub use rig::Rig;
pub use tone::{probe, tone};
pub use volume::{Change, VolumeStage};
