//! The trait of all modules.

use crate::config::Fragment;
use crate::error::{ConfigError, PrepareError, ProcessError};
use crate::format::{Format, MAX_CHANNELS};
use crate::view::{Sink, Source};

/// An input or output that is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pin {
    /// Number of the queue, from 0.
    pub queue: u8,
    /// Format of the buffer behind it.
    pub format: Format,
}

/// An instance of an audio module.
///
/// The engine calls `prepare` before the first `process`, and again after the
/// formats of pins have changed; `set_config` and `get_config` at any time between
/// two calls. All calls come from one thread at a time. No call waits, and none
/// panics, whatever the host has sent.
pub trait Module: Send {
    /// Gets ready for these pins: allocates what `process` needs and clears what
    /// it remembers. Pins are in ascending order of their queue.
    ///
    /// # Errors
    /// The pins are not what the module works with, or there is no memory.
    fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), PrepareError>;

    /// Takes frames from `sources` and puts frames to `sinks`, as many as both
    /// have and have room for, or fewer. What comes out does not depend on how the
    /// stream is cut into calls. Does not allocate.
    ///
    /// Views are in ascending order of their queue. They are the pins of `prepare`,
    /// but pins of a module with several inputs or outputs may have come or gone.
    ///
    /// # Errors
    /// The module cannot go on; the engine stops its pipeline.
    fn process(
        &mut self,
        sources: &mut [Source<'_>],
        sinks: &mut [Sink<'_>],
    ) -> Result<(), ProcessError>;

    /// Forgets all samples, keeps all parameters: the stream starts anew.
    fn reset(&mut self);

    /// Sets parameter `id` (below 0x3000). Changes nothing when there is an error,
    /// but that fragments which came before are lost.
    ///
    /// # Errors
    /// No such parameter, or its data is wrong.
    fn set_config(&mut self, id: u32, fragment: Fragment, data: &[u8]) -> Result<(), ConfigError> {
        let _ = (id, fragment, data);
        Err(ConfigError::UnknownParam)
    }

    /// Writes the value of parameter `id` to the start of `out` and returns its
    /// size in bytes.
    ///
    /// # Errors
    /// No such parameter, or `out` is too short.
    fn get_config(&self, id: u32, out: &mut [u8]) -> Result<usize, ConfigError> {
        let _ = (id, out);
        Err(ConfigError::UnknownParam)
    }

    /// What the host sees of volumes in its window, for modules that have any.
    fn meters(&self) -> Option<&Meters> {
        None
    }
}

/// Peaks and volumes of each channel, in the layout of the firmware registers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Meters {
    /// Largest magnitude of the last period's output, Q1.31.
    pub peak: [u32; MAX_CHANNELS as usize],
    /// Volume that is applied now, Q1.31.
    pub current: [u32; MAX_CHANNELS as usize],
    /// Volume at the end of the ramp, Q1.31.
    pub target: [u32; MAX_CHANNELS as usize],
}
