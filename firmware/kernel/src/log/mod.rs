//! The log: lines of text in one mtrace ring per core.
//!
//! A line is formatted into a bounded buffer and copied into the ring as a
//! whole; one that does not fit is dropped and counted. The host is told when a
//! ring runs full or holds old lines, see [`announce`].

pub mod announce;
mod line;
mod printable;
mod ring;

pub use line::Line;
pub use printable::Printable;
pub use ring::{Ring, RingFull};
