//! Tests of the built machine: small guests driven over the host link.
//!
//! They need the program that `cargo xtask build qemu` makes, at the path in
//! `ACELAB_QEMU`; `cargo xtask test` sees to both.

pub mod asm;
pub mod guest;
pub mod sound;
pub mod workload;

mod run;

pub use run::{Run, Setup, qemu};
