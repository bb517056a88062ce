#![no_std]
#![no_main]
//! The firmware image: wires the kernel, the IPC4 handler and the drivers.
//!
//! Core 0 boots, opens the host mailbox and executes the host's commands one
//! after another in its main loop; a secondary core waits for messages of
//! core 0. Interrupt handlers take note of what the main loops then do; what
//! cannot wait for those they do themselves: run the timers, tell the host of
//! logs, stop their core.

mod commands;
#[cfg(feature = "debug-ipc")]
mod debug;
mod deferred;
mod doorbell;
mod fatal;
mod host;
mod interrupts;
mod klog;
mod log_service;
mod manifest;
mod power;
mod registers;
mod start;
mod timers;
