//! Copiers from buffer to buffer.

use acelab_module_sdk::{Format, Pin};
use acelab_modules::{ChannelMap, FrameCopy};

use super::stream::{common_frames, deliver};
use super::{Pins, Tick};
use crate::{Error, Platform};

pub(crate) use acelab_abi::ipc4::copier::MAX_OUTPUTS;

/// A copier between buffers: one input, some outputs, each with a format.
#[derive(Debug)]
pub(crate) struct CopierPart {
    /// Format of the input.
    pub(crate) input: Format,
    /// Format of each output.
    pub(crate) outputs: [Format; MAX_OUTPUTS],
    /// Bits that samples are shifted down.
    pub(crate) attenuation: u8,
    /// Bytes taken from the input since the stream's start.
    pub(crate) processed: u64,
}

impl CopierPart {
    pub(crate) const fn new(input: Format, output: Format) -> Self {
        Self {
            input,
            outputs: [output; MAX_OUTPUTS],
            attenuation: 0,
            processed: 0,
        }
    }

    /// How frames go from input to outputs.
    pub(crate) fn copy(&self) -> FrameCopy {
        FrameCopy {
            map: ChannelMap::IDENTITY,
            attenuation: self.attenuation,
        }
    }

    pub(crate) fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), Error> {
        let input = inputs.iter().all(|pin| fits(self.input, pin.format));
        if input && outputs_fit(&self.outputs, outputs) {
            Ok(())
        } else {
            Err(Error::Prepare)
        }
    }

    pub(crate) fn run<P: Platform>(
        &mut self,
        inputs: &Pins,
        outputs: &Pins,
        tick: &mut Tick<'_, P>,
    ) {
        let Some(index) = inputs.first() else { return };
        let Some(mut input) = tick.buffers.check_out(index) else {
            return;
        };
        let frames = common_frames(input.ring.filled(), outputs, tick.buffers);
        deliver(
            || input.source(),
            &self.copy(),
            frames,
            outputs,
            tick.buffers,
        );
        input.ring.consume(frames);
        self.processed += (frames * input.ring.format().frame_bytes()) as u64;
        tick.buffers.check_in(index, input);
    }
}

/// Whether a buffer is what a side of a copier expects.
pub(crate) fn fits(expected: Format, found: Format) -> bool {
    expected.has_frames_of(&found) && expected.rate() == found.rate()
}

/// Whether each bound output has the format that was set for it.
pub(crate) fn outputs_fit(expected: &[Format; MAX_OUTPUTS], outputs: &[Pin]) -> bool {
    outputs.iter().all(|pin| {
        let expected = expected.get(usize::from(pin.queue));
        expected.is_some_and(|expected| fits(*expected, pin.format))
    })
}
