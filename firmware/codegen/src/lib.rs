#![no_std]
//! Differential code generation: the same work on the host and on the DSP.
//!
//! A [`Group`] computes with inputs drawn from a seed and with edge values, and
//! hashes every result. Whoever runs a group on both sides and compares the
//! two hashes has compared the compilers. No group allocates (without feature
//! `alloc`), uses more than a few kilobytes of stack, or runs for more than
//! about two million instructions.

#[cfg(feature = "alloc")]
extern crate alloc;

mod group;
mod hash;
mod inputs;

mod aggregates;
mod atomics;
mod bits;
mod calls;
mod casts;
mod checksums;
mod ciphers;
#[cfg(feature = "alloc")]
mod collections;
mod dispatch;
mod enums;
mod fixed_point;
mod float_conversions;
mod float_text;
mod floats;
mod formatting;
mod frames;
mod guards;
mod integer_text;
mod integers;
mod iterators;
mod memory;
mod recursion;
mod sorting;
mod text;
mod time;
mod unaligned;

#[cfg(feature = "alloc")]
pub use group::HEAP_GROUPS;
pub use group::{GROUPS, Group, find};
