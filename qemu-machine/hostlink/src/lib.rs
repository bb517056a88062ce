#![forbid(unsafe_code)]
//! The lockstep protocol between the lab and the machine.
//!
//! The lab asks, the machine answers, one at a time; while the machine runs
//! virtual time the lab waits, and while the lab thinks the machine's clock
//! stands. `PROTOCOL.md` beside this crate describes the bytes. There is no
//! `unsafe` here, so nothing for Miri to find.
//!
//! - [`Request`], [`Reply`]: the messages, [`frame`]: how they travel.
//! - [`Client`]: the lab's end. [`spawn()`] starts the machine with its end of
//!   the socket.
//! - [`Server`]: the machine's end, which calls a [`Machine`].

pub mod frame;

mod client;
mod codes;
mod error;
mod port;
mod reply;
mod request;
mod server;
mod spawn;
mod wire;

pub use client::{Client, ClientError};
pub use codes::{CoreRun, HostCauses, Space, Status, StopReason};
pub use error::{DecodeError, LinkError};
pub use port::Recording;
pub use reply::{CoreRegs, MachineInfo, Reply, Stopped};
pub use request::Request;
pub use server::{Machine, Served, Server};
pub use spawn::{CHILD_FD, spawn};

/// Version of the protocol that this crate speaks.
pub const VERSION: u16 = 2;

/// What both sides' hello begins with.
pub const MAGIC: [u8; 4] = *b"ACE3";

/// The most bytes of memory that one message moves. [`Client`] splits longer
/// transfers.
pub const MAX_TRANSFER: usize = 512 << 10;
