#![no_std]
#![no_main]
//! The firmware image: wires the kernel, the IPC4 handler and the drivers.
//!
//! Everything runs in threads of the kernel, which enter it through
//! [`dispatch`]: system calls, interrupts, faults. Core 0 has the thread `ipc`,
//! which takes the host's commands one after another, and `notify`; each core has
//! `work`, which reports user threads that were stopped, an idle thread, and the
//! user threads of its [`audio`].

extern crate alloc;

mod audio;
mod background;
mod commands;
mod deadlines;
#[cfg(feature = "debug-ipc")]
mod debug;
mod deferred;
mod dispatch;
mod doorbell;
mod fatal;
mod host;
mod interrupts;
mod kernel;
mod klog;
mod library;
mod log_service;
mod manifest;
mod owned;
mod panic;
mod port;
mod power;
mod registers;
mod segments;
mod stacks;
mod start;
mod switch;
mod threads;
mod timers;
mod user_fault;
mod watchdog;
