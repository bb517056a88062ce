//! ELF files of the firmware and of libraries: what to load, and what an address means.

mod elf;
mod libraries;
mod lookup;
mod run;

pub use elf::{Elf, ElfError};
pub use libraries::LibraryElfs;
pub use lookup::{Lines, Place};
pub use run::{Symbols, image_place};
