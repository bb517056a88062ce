//! The firmware's ELF file: what to load, and what an address means.

mod elf;
mod lookup;

pub use elf::{Elf, ElfError};
pub use lookup::{Lines, Place};
