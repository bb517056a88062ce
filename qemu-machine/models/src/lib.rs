#![forbid(unsafe_code)]
//! Device models of the `ace30` machine.
//!
//! Pure state machines: no QEMU type, no clock, no global. [`Soc`] owns them
//! all; whoever maps it into an address space calls [`Soc::read`] and
//! [`Soc::write`] for the cores, the `host_` functions for BAR4 and the host's
//! memory, the `hda_` functions for BAR0, those of ports for the lab,
//! [`Soc::advance`] when [`Soc::next_deadline`] has come, and after each call
//! applies what [`Soc::drain_effects`] yields, in that order. Nothing leaves a
//! model any other way.
//!
//! What is modelled, simplified and absent is listed in `FIDELITY.md`. There is
//! no `unsafe` here, so nothing for Miri to find.

mod access;
mod audio;
mod debug_port;
mod dint;
mod doorbell;
mod dspcs;
mod dw_ictl;
mod effect;
mod fw_status;
mod hfipc;
mod host_regs;
mod idc;
mod map;
mod pmc;
mod power;
mod rom;
mod soc;
mod tts;
mod windows;

pub use access::{BusError, Context, HostFault, Memory, NotRam};
pub use audio::{HOST_DMA_LATENCY, PortRefusal, Recorded};
pub use effect::{Effect, HostEdge};
pub use power::{ACTIVE_DELAY, GATE_DELAY, SUBSYSTEM_DELAY};
pub use soc::{BadCoreCount, Soc};
