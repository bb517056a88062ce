//! Streams, as a case describes them: a chain of components, a format, a signal.

mod chain;
mod expect;
mod form;
mod module;
mod names;
mod rules;
mod step;
mod text;

pub use chain::{Chain, Component};
pub(super) use expect::expect;
pub use expect::{Audio, Decibels, Expect, ExpectForm, Heap};
pub use form::{StreamForm, StreamsForm, Text};
pub use module::{ModuleUse, Options, Ramp};
pub use names::StreamNames;
pub(super) use rules::streams;
pub use step::{Move, Phase, StreamStep, StreamStepFields, StreamStepForm, TICK};

use acelab_abi::port::PortId;
use acelab_signal::{Format, Sample, Signal};

use super::core::Core;
use super::time::VirtualTime;

/// Which way the sound goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the host to a port.
    Playback,
    /// From a port to the host.
    Capture,
}

/// A stream of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    /// Its name in the case.
    pub name: String,
    /// Which way it goes.
    pub direction: Direction,
    /// Its components.
    pub chain: Chain,
    /// The core of its pipelines.
    pub core: Core,
    /// The priority of its pipelines, 0 runs first.
    pub priority: u8,
    /// What the host reads or writes.
    pub format: Format,
    /// The samples between the copiers.
    pub internal: Sample,
    /// What the port sends or receives; by default as the stream arrives there.
    pub port_format: Option<Format>,
    /// What the host plays, or what comes in at the port.
    pub signal: Signal,
    /// The playback stream whose output the port of this capture stream hears.
    pub loopback: Option<String>,
    /// Milliseconds between the port's clock and its first frame.
    pub start_delay: u16,
    /// Length of the host's cyclic buffer.
    pub buffer: VirtualTime,
}

impl Stream {
    /// The host's DMA stream, by direction; `None` for a stream that other streams feed.
    pub fn host(&self) -> Option<u8> {
        self.chain
            .components()
            .find_map(|component| match component {
                Component::Host(index) => Some(*index),
                _ => None,
            })
    }

    /// The port at its end, if it has one of its own.
    pub fn port(&self) -> Option<PortId> {
        self.chain
            .components()
            .find_map(|component| match component {
                Component::Port(port) => Some(*port),
                _ => None,
            })
    }
}
