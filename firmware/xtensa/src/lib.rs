//! The link driver of the Xtensa target.
//!
//! `rustc` calls [`link`] (through the binary `acelab-ld`) in place of a
//! linker. LLVM's Xtensa back end writes unusable objects (it puts the literals
//! of a function, unaligned, into the section of the function before), so the
//! driver gathers bitcode instead, optimises the whole program, has LLVM print
//! assembly, repairs and shrinks that, and only then assembles and links it.
//!
//! The stages, each a module: [`args`] → [`inputs`] → [`lto`] → [`codegen`] →
//! [`builtins`] → [`assemble`] → [`elf_link`] → [`build_id`] → [`size`].
//!
//! [`crate_id`] belongs to a second binary, `acelab-rustc`, that stands before
//! the compiler.

pub mod args;
pub mod asm_text;
pub mod assemble;
pub mod build_id;
pub mod builtins;
pub mod codegen;
pub mod crash;
pub mod crate_id;
pub mod elf_link;
pub mod error;
pub mod inputs;
pub mod ir;
pub mod lto;
pub mod shrink;
pub mod size;
pub mod target;
pub mod tools;

mod driver;

pub use driver::link;
