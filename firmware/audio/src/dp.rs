//! What travels between the tick and a module's own thread.

use alloc::boxed::Box;
use alloc::vec::Vec;

use acelab_abi::ipc4::module_config::MAX_PINS;
use acelab_module_sdk::{Module, Pin, ProcessError};

use crate::component::process;
use crate::own::{OutOfMemory, Own};
use crate::ring::Ring;

/// A ring of its own for one pin.
pub(crate) struct Shadow {
    pub(crate) queue: u8,
    pub(crate) ring: Ring,
}

pub(crate) struct Work {
    pub(crate) module: Box<dyn Module>,
    pub(crate) inputs: Vec<Shadow>,
    pub(crate) outputs: Vec<Shadow>,
    /// What the last run said.
    pub(crate) failed: Option<u32>,
}

/// A module and the data that it is to process, on its way between the tick and
/// the module's thread. Whoever has the job has both; nothing is shared.
pub struct DpJob(pub(crate) Own<Work>);

impl DpJob {
    pub(crate) fn new(module: Box<dyn Module>) -> Result<Self, OutOfMemory> {
        let work = Work {
            module,
            inputs: Vec::new(),
            outputs: Vec::new(),
            failed: None,
        };
        Own::new(work).map(Self)
    }

    /// Gets rings for one block at each pin.
    pub(crate) fn prepare(
        &mut self,
        inputs: &[Pin],
        input_bytes: u32,
        outputs: &[Pin],
        output_bytes: u32,
    ) -> Result<(), OutOfMemory> {
        let work = &mut *self.0;
        work.inputs = shadows(inputs, input_bytes)?;
        work.outputs = shadows(outputs, output_bytes)?;
        work.failed = None;
        Ok(())
    }

    /// Forgets all data, and gives the rings back.
    pub(crate) fn reset(&mut self) {
        self.0.inputs = Vec::new();
        self.0.outputs = Vec::new();
        self.0.module.reset();
    }

    /// Processes the data. Called by the module's thread.
    pub fn run(&mut self) {
        let work = &mut *self.0;
        let sources = work.inputs.iter();
        let sinks = work.outputs.iter_mut();
        let moved = process::<MAX_PINS, MAX_PINS>(
            &mut *work.module,
            false,
            sources.map(|shadow| shadow.ring.source(shadow.queue, true)),
            sinks.map(|shadow| shadow.ring.sink(shadow.queue, true, usize::MAX)),
        );
        match moved {
            Ok(moved) => {
                for (shadow, frames) in work.inputs.iter_mut().zip(moved.consumed) {
                    shadow.ring.consume(frames);
                }
                for (shadow, frames) in work.outputs.iter_mut().zip(moved.produced) {
                    shadow.ring.produce(frames);
                }
            }
            Err(ProcessError::NotPrepared) => work.failed = Some(0),
            Err(ProcessError::Data(word) | ProcessError::Fault(word)) => work.failed = Some(word),
        }
    }
}

impl core::fmt::Debug for DpJob {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("DpJob").finish_non_exhaustive()
    }
}

fn shadows(pins: &[Pin], bytes: u32) -> Result<Vec<Shadow>, OutOfMemory> {
    let mut shadows = Vec::new();
    shadows
        .try_reserve_exact(pins.len())
        .map_err(|_| OutOfMemory)?;
    for pin in pins {
        let block = (bytes as usize).div_ceil(pin.format.frame_bytes());
        let tick = pin.format.rate().div_ceil(1000) as usize;
        shadows.push(Shadow {
            queue: pin.queue,
            ring: Ring::new(pin.format, block.max(tick))?,
        });
    }
    Ok(shadows)
}
