#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
//! What the author of an audio module sees.
//!
//! A module implements [`Module`]. It reads samples from [`Source`]s and writes
//! them to [`Sink`]s, which are views of the engine's ring buffers; whatever the
//! format of a buffer, a module can work on blocks of Q1.31 samples. How an
//! instance is made says a [`Descriptor`].
//!
//! Nothing here knows the engine, the kernel or the machine.

extern crate alloc;

mod boxed;
mod config;
mod convert;
mod descriptor;
mod error;
mod format;
mod library;
mod module;
mod needs;
mod payload;
mod uuid;
mod view;

pub use boxed::{try_box, try_zeroed};
pub use config::{Fragment, MAX_CONFIG_BYTES, Reassembly};
pub use convert::{Encoding, F32, S16, S24, S32};
pub use descriptor::Descriptor;
pub use error::{
    ConfigError, CreateError, FieldName, FormatError, OutOfMemory, PrepareError, ProcessError,
};
pub use format::{Format, MAX_CHANNELS, MAX_RATE, MIN_RATE, SampleFormat};
pub use library::{Export, Library};
pub use module::{Meters, Module, Pin};
pub use needs::{Formats, Needs};
pub use payload::InitPayload;
pub use uuid::Uuid;
pub use view::{Block, Samples, SamplesMut, Sink, Source};
