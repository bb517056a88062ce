//! The audio engine of one core: graph, pipelines, scheduling, gateways.
//!
//! Every powered core has one engine, and engines share nothing. Two threads
//! use it: the LL thread calls [`Engine::run`] at each tick of the LL timer,
//! and the core's IPC thread calls everything else. What they share is the
//! [`State`], behind the core's *LL lock* ([`Lock`]): a tick holds it from its
//! start to its end, and a command takes it to link, unlink or change state.
//! Objects are built and destroyed outside the lock, so that a tick never
//! waits for an allocation of more than a few words.
//!
//! The engine knows the system through the trait [`Platform`] only.
//!
//! # What the protocol leaves open
//!
//! - A state change is complete when the command returns: the task is unlinked
//!   under the lock, so no reply waits for a tick. Only the start delay of a port
//!   is waited for, and starts keep their order while one is delayed.
//! - A pipeline that runs or is paused is not deleted, and nothing of it changes.
//! - Chain DMA: starting a chain that runs is no error, and one that was paused
//!   in this very tick can be started. The port behind its link is programmed for
//!   48 kHz stereo, since a chain has no configuration of its own.
//! - A port plays silence while its source is stopped, ended or not bound; it runs
//!   dry, and that is told, only when a running source has nothing. What follows
//!   an underrun has the same distance to the DMA as after a start.
//! - A module with its own thread gives its output one period after it got its
//!   input, at a tick, however early it is done: its delay does not depend on what
//!   else runs.
//! - Nothing that runs without a clock (a host stream, a source of sound) moves
//!   more than time has passed, but may catch up what it missed.

#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod buffer;
mod chain;
mod component;
mod dp;
mod engine;
mod error;
mod event;
mod gateway;
mod ids;
mod lines;
mod loaded;
mod lock;
mod own;
mod pace;
mod pipeline;
mod platform;
mod registers;
mod request;
mod ring;
mod slab;
mod state;
mod task;
mod tick;
mod trigger;

pub use acelab_abi::audio_fault::AudioFault;
pub use acelab_abi::ipc4::pipeline::InstanceKey;
pub use dp::DpJob;
pub use engine::Engine;
pub use error::Error;
pub use event::Event;
pub use gateway::Gateway;
pub use ids::{Binding, PipelineId};
pub use loaded::LoadedModule;
pub use lock::Lock;
pub use platform::{ChannelConfig, ChannelError, ChannelFlags, ChannelState, Platform};
pub use request::{
    ChainRequest, Counts, Domain, Driver, Fragment, InstanceConfig, PipelineConfig, PipelineState,
    StateRequest,
};
pub use state::{State, Ticks};
pub use task::{NoTask, Outcome, Scheduled, TaskId, TaskList, TaskState};
pub use tick::{MAX_CATCH_UP, TICK};
