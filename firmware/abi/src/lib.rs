#![no_std]
#![forbid(unsafe_code)]
//! Everything firmware, machine and lab must agree on: the memory map, the
//! register blocks, IPC4, the log ring, the manifest.
//!
//! A number that two of the three need is written here once.

#[macro_use]
mod codes;

pub mod account;
pub mod audio_fault;
pub mod clock;
pub mod core_id;
pub mod debug_ipc;
pub mod exception;
pub mod fault_report;
pub mod image_place;
pub mod interrupt;
pub mod ipc4;
pub mod kernel_bench;
pub mod kernel_stack;
pub mod kernel_test;
pub mod log;
pub mod manifest;
pub mod memory;
pub mod memory_map;
pub mod mtrace;
pub mod object;
pub mod port;
pub mod regs;
pub mod syscall;
pub mod trace;
