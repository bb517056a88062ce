//! A DC blocker: takes away what does not change.

use alloc::boxed::Box;
use alloc::vec::Vec;

use acelab_abi::ipc4::wire::Reader;
use acelab_module_sdk::{
    Block, CreateError, Descriptor, Formats, InitPayload, Module, Needs, Pin, PrepareError,
    ProcessError, Sink, Source, Uuid, module_name, try_box, try_zeroed,
};

use crate::fixed::saturate;

/// DC blocker: `y = x - x1 + r · y1` for each channel.
///
/// Behind the base configuration: `r` for each of 8 channels in Q2.30, 0 to 1; or
/// nothing, for 0.995.
pub const DCBLOCK: Descriptor = Descriptor {
    name: module_name!("DCBLOCK"),
    uuid: Uuid::new(
        0xB809_EFAF,
        0x5681,
        0x42B1,
        [0x9E, 0xD6, 0x04, 0xBB, 0x01, 0x2D, 0xD3, 0x84],
    ),
    inputs: 1,
    outputs: 1,
    data_processing: false,
    formats: Formats::ANY,
    needs: Needs::USUAL,
    create,
};

/// 1 in Q2.30.
const UNITY: i32 = 1 << 30;
/// 0.995 in Q2.30.
const USUAL: i32 = 1_068_373_115;

fn create(payload: &InitPayload<'_>) -> Result<Box<dyn Module>, CreateError> {
    let mut channels: Vec<Channel> = try_zeroed(payload.format.channels())?;
    let mut weights = [USUAL; 8];
    if !payload.specific.is_empty() {
        let mut reader = Reader::new(payload.specific);
        let wrong = CreateError::Length(payload.specific.len());
        weights = reader.words().map_err(|_| wrong)?.map(|word| word as i32);
        if !reader.rest().is_empty() {
            return Err(wrong);
        }
    }
    if weights.iter().any(|weight| !(0..=UNITY).contains(weight)) {
        return Err(CreateError::Value("weight"));
    }
    for (channel, weight) in channels.iter_mut().zip(weights) {
        channel.weight = weight;
    }
    Ok(try_box(DcBlock {
        channels,
        rate: payload.format.rate(),
        block: Block::none(),
    })?)
}

struct DcBlock {
    channels: Vec<Channel>,
    rate: u32,
    block: Block,
}

/// One channel of the stream.
#[derive(Clone, Copy, Default)]
struct Channel {
    weight: i32,
    x1: i32,
    y1: i32,
}

impl Channel {
    fn next(&mut self, x: i32) -> i32 {
        let feedback = (i64::from(self.weight) * i64::from(self.y1) + (1 << 29)) >> 30;
        self.y1 = saturate(i64::from(x) - i64::from(self.x1) + feedback);
        self.x1 = x;
        self.y1
    }
}

impl Module for DcBlock {
    fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), PrepareError> {
        let ([input], [output]) = (inputs, outputs) else {
            return Err(PrepareError::Pins);
        };
        for format in [input.format, output.format] {
            if format.channels() != self.channels.len() || format.rate() != self.rate {
                return Err(PrepareError::Format);
            }
        }
        self.block = Block::new(self.channels.len())?;
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
        let channels = &mut self.channels;
        self.block.move_frames(source, sink, |block| {
            for frame in block.chunks_exact_mut(channels.len()) {
                for (sample, channel) in frame.iter_mut().zip(&mut *channels) {
                    *sample = channel.next(*sample);
                }
            }
        });
        Ok(())
    }

    fn reset(&mut self) {
        for channel in &mut self.channels {
            (channel.x1, channel.y1) = (0, 0);
        }
    }
}
