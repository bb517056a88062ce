#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]
//! A wave shaper whose curves are in another library.

extern crate alloc;

use alloc::boxed::Box;

use acelab_module_sdk::{
    Block, CreateError, Descriptor, Formats, InitPayload, Module, Needs, Pin, PrepareError,
    ProcessError, Sink, Source, Uuid, module_name, try_box,
};
use curves_library::{fold, soft_limit};

acelab_module_sdk::library! {
    name: "SHAPER",
    version: [1, 0, 0, 0],
    modules: [SHAPER],
    dependencies: ["CURVES"],
}

/// Wave shaper: each sample is folded, then softly limited.
pub const SHAPER: Descriptor = Descriptor {
    name: module_name!("SHAPER"),
    uuid: Uuid::new(
        0xACE1_AB01,
        0x5A4E,
        0x4B0A,
        [0x8C, 0x21, 0x3D, 0x6B, 0x0F, 0x77, 0x51, 0x02],
    ),
    inputs: 1,
    outputs: 1,
    data_processing: true,
    formats: Formats::ANY,
    needs: Needs::USUAL,
    create,
};

fn create(payload: &InitPayload<'_>) -> Result<Box<dyn Module>, CreateError> {
    payload.nothing_else()?;
    Ok(try_box(Shaper {
        block: Block::none(),
    })?)
}

struct Shaper {
    block: Block,
}

impl Module for Shaper {
    fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), PrepareError> {
        let ([input], [output]) = (inputs, outputs) else {
            return Err(PrepareError::Pins);
        };
        let (input, output) = (input.format, output.format);
        if input.channels() != output.channels() || input.rate() != output.rate() {
            return Err(PrepareError::Format);
        }
        self.block = Block::new(input.channels())?;
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
        self.block.move_frames(source, sink, |block| {
            for sample in block {
                *sample = soft_limit(fold(*sample));
            }
        });
        Ok(())
    }

    fn reset(&mut self) {}
}
