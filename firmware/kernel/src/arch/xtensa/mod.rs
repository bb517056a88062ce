//! The Xtensa LX7 port: registers, interrupts, memory that cores or the host
//! share. The assembly that goes with it is in the image's `asm` folder,
//! because the compiler takes none for this target.

mod asm;
pub mod cache;
mod context;
mod cross_core;
mod fpu;
mod frame;
mod interrupts;
mod local;
mod memory;
mod mmio;
pub mod mmu;

pub use context::{ContextRef, Contexts, FirstRegisters, Identity};
pub use cross_core::CrossCore;
pub use fpu::FpuOwner;
pub use frame::{Frame, Registers};
pub use interrupts::{
    arm_timer, clear_interrupt, cycles, enable_lines, park, pending_lines, raise,
    wait_for_interrupt, without_interrupts,
};
pub use local::{CoreLocal, PrimaryOnly, current_core};
pub use memory::{bytes, rom_jump_word, words};
pub use mmio::Mmio;
