#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
//! QUIET: makes a stream quieter by whole bits.

extern crate alloc;

use alloc::boxed::Box;

use acelab_module_sdk::{
    Block, ConfigError, CreateError, Descriptor, Formats, Fragment, InitPayload, Module, Needs,
    Pin, PrepareError, ProcessError, Sink, Source, Uuid, module_name, try_box,
};

acelab_module_sdk::library! {
    name: "QUIET",
    version: [0, 1, 0, 0],
    modules: [QUIET],
}

/// What the firmware and hosts know of the module before there is an instance.
pub const QUIET: Descriptor = Descriptor {
    name: module_name!("QUIET"),
    uuid: Uuid::new(
        0x9ABF_8243,
        0x48C8,
        0x4A51,
        [0x9F, 0xC2, 0x90, 0x12, 0x5E, 0x0B, 0xA5, 0xEE],
    ),
    inputs: 1,
    outputs: 1,
    data_processing: true,
    formats: Formats::ANY,
    needs: Needs::USUAL,
    create,
};

/// Parameter: bits that samples are shifted down, a word from 0 to 31.
pub const PARAM_SHIFT: u32 = 1;

/// Without a parameter samples are quartered.
const USUAL_SHIFT: u32 = 2;

fn create(payload: &InitPayload<'_>) -> Result<Box<dyn Module>, CreateError> {
    payload.nothing_else()?;
    Ok(try_box(Quiet {
        shift: USUAL_SHIFT,
        block: Block::none(),
    })?)
}

struct Quiet {
    shift: u32,
    block: Block,
}

impl Module for Quiet {
    fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), PrepareError> {
        let ([input], [output]) = (inputs, outputs) else {
            return Err(PrepareError::Pins);
        };
        let (input, output) = (input.format, output.format);
        if input.channels() != output.channels() || input.rate() != output.rate() {
            return Err(PrepareError::Format);
        }
        self.block = Block::new(input.channels())?;
        self.reset();
        Ok(())
    }

    fn process(
        &mut self,
        sources: &mut [Source<'_>],
        sinks: &mut [Sink<'_>],
    ) -> Result<(), ProcessError> {
        let ([source], [sink]) = (sources, sinks) else {
            return Ok(());
        };
        let shift = self.shift;
        // Samples are Q1.31 here, whatever the formats of the buffers are.
        self.block.move_frames(source, sink, |block| {
            for sample in block {
                *sample >>= shift;
            }
        });
        Ok(())
    }

    fn reset(&mut self) {
        // What is remembered of the stream is forgotten here; this module remembers nothing.
    }

    fn set_config(&mut self, id: u32, fragment: Fragment, data: &[u8]) -> Result<(), ConfigError> {
        if id != PARAM_SHIFT {
            return Err(ConfigError::UnknownParam);
        }
        if fragment != Fragment::Whole {
            return Err(ConfigError::Sequence);
        }
        let word: [u8; 4] = data.try_into().map_err(|_| ConfigError::Length)?;
        let shift = u32::from_le_bytes(word);
        if shift > 31 {
            return Err(ConfigError::Value);
        }
        self.shift = shift;
        Ok(())
    }

    fn get_config(&self, id: u32, out: &mut [u8]) -> Result<usize, ConfigError> {
        if id != PARAM_SHIFT {
            return Err(ConfigError::UnknownParam);
        }
        let word = out.first_chunk_mut().ok_or(ConfigError::Length)?;
        *word = self.shift.to_le_bytes();
        Ok(word.len())
    }
}
