//! Mixin and mixout: several streams on one output.

mod mixin;
mod mixout;

pub use mixin::MIXIN;
pub use mixout::MIXOUT;
