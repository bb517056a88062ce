#![no_std]
//! The DSP kernel.
//!
//! Everything but [`arch`] is portable: drivers reach registers through
//! [`bus::Bus`], shared memory through slices of atomics, and are tested on the
//! host. [`arch`] holds the Xtensa port, with all `unsafe` of the kernel but that
//! of the lock around it.

#[cfg(test)]
extern crate std;

pub mod arch;
pub mod bus;
pub mod dma;
pub mod fault;
pub mod idc;
pub mod ids;
pub mod intc;
pub mod log;
mod lowest_bit;
pub mod mailbox;
pub mod memory;
pub mod object;
pub mod port;
pub mod power;
pub mod smp;
pub mod sync;
pub mod system;
pub mod thread;
pub mod time;
pub mod windows;

#[cfg(test)]
mod fake_bus;
