//! The mixout: the sum of up to eight streams.

use alloc::boxed::Box;
use alloc::vec::Vec;

use acelab_abi::ipc4::mixer::MAX_MIXOUT_INPUTS;
use acelab_module_sdk::{
    Block, CreateError, Descriptor, Formats, InitPayload, Module, Needs, Pin, PrepareError,
    ProcessError, Sink, Source, Uuid, module_name, try_box, try_zeroed,
};

use crate::fixed::saturate;

/// Mixout. No payload behind the base configuration.
///
/// An input whose writer does not run is silence. So is one that is empty while
/// others are not: one stream that starves does not stop the others. When no
/// writer runs, the output is silence, a period (`obs`) per call.
pub const MIXOUT: Descriptor = Descriptor {
    name: module_name!("MIXOUT"),
    uuid: Uuid::new(
        0x3C56_505A,
        0x24D7,
        0x418F,
        [0xBD, 0xDC, 0xC1, 0xF5, 0xA3, 0xAC, 0x2A, 0xE0],
    ),
    inputs: MAX_MIXOUT_INPUTS as u8,
    outputs: 1,
    data_processing: false,
    formats: Formats::ANY,
    needs: Needs::USUAL,
    create,
};

fn create(payload: &InitPayload<'_>) -> Result<Box<dyn Module>, CreateError> {
    payload.nothing_else()?;
    Ok(try_box(Mixout {
        rate: payload.format.rate(),
        channels: payload.format.channels(),
        period: payload.base.obs as usize,
        frame_bytes: payload.format.frame_bytes(),
        block: Block::none(),
        sums: Vec::new(),
    })?)
}

struct Mixout {
    rate: u32,
    channels: usize,
    /// Bytes of output per period, as the host says.
    period: usize,
    /// Bytes of a frame of the output.
    frame_bytes: usize,
    block: Block,
    /// As many sums as the block has samples.
    sums: Vec<i64>,
}

impl Module for Mixout {
    fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), PrepareError> {
        let [output] = outputs else {
            return Err(PrepareError::Pins);
        };
        if inputs.len() > MAX_MIXOUT_INPUTS {
            return Err(PrepareError::Pins);
        }
        let mut pins = inputs.iter().chain(outputs);
        let fits =
            |pin: &Pin| pin.format.channels() == self.channels && pin.format.rate() == self.rate;
        if !pins.all(fits) {
            return Err(PrepareError::Format);
        }
        self.frame_bytes = output.format.frame_bytes();
        self.block = Block::new(self.channels)?;
        self.sums = try_zeroed(self.block.samples().len())?;
        Ok(())
    }

    fn process(
        &mut self,
        sources: &mut [Source<'_>],
        sinks: &mut [Sink<'_>],
    ) -> Result<(), ProcessError> {
        let [sink] = sinks else {
            return Ok(());
        };
        if !sources.iter().any(Source::is_active) {
            sink.silence(self.period / self.frame_bytes);
            return Ok(());
        }
        let channels = sink.channels();
        let feeds = |source: &Source<'_>| {
            source.is_active() && source.frames() > 0 && source.channels() == channels
        };
        let mut feeding = sources.iter().filter(|source| feeds(source));
        let Some(frames) = feeding.clone().map(Source::frames).min() else {
            return Ok(());
        };
        let frames = frames.min(sink.frames());
        let count = feeding.by_ref().count();
        let mut feeding = sources.iter_mut().filter(|source| feeds(source));
        if count == 1 {
            if let Some(source) = feeding.next() {
                source.copy_to(sink, frames);
            }
            return Ok(());
        }
        self.mix(sources, sink, frames);
        Ok(())
    }

    fn reset(&mut self) {}
}

impl Mixout {
    /// Adds `frames` frames of all sources that have so many.
    fn mix(&mut self, sources: &mut [Source<'_>], sink: &mut Sink<'_>, frames: usize) {
        let channels = sink.channels();
        let per_block = self.sums.len() / channels;
        let mut left = frames;
        while left > 0 && per_block > 0 {
            let now = left.min(per_block);
            let block = &mut self.block.samples()[..now * channels];
            let sums = &mut self.sums[..now * channels];
            sums.fill(0);
            for source in &mut *sources {
                // Sources that do not feed have fewer frames than are left.
                if !source.is_active() || source.channels() != channels || source.frames() < left {
                    continue;
                }
                source.read(block);
                for (sum, sample) in sums.iter_mut().zip(&*block) {
                    *sum += i64::from(*sample);
                }
            }
            for (sample, sum) in block.iter_mut().zip(&*sums) {
                *sample = saturate(*sum);
            }
            sink.write(block);
            left -= now;
        }
    }
}
