//! Groups of computations whose hashes must agree between host and DSP.
//!
//! A [`Group`] sends a random stream through modules, cut into random pieces, and
//! hashes what comes out. The host's modules equal their definitions, which the tests
//! of this crate show; so where the hashes agree the DSP's modules do too.

mod bench;
mod groups;
mod random;

pub use groups::GROUPS;

/// One theme, small enough that a difference points at its cause.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// Unique name, e.g. `src/44100-48000`.
    pub name: &'static str,
    /// Hash of all results for a seed; `None` without memory.
    pub run: fn(seed: u64) -> Option<u64>,
}
