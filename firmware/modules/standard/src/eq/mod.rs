//! Equalisers: a filter for each channel, from a blob of coefficients.
//!
//! A blob is what tools for equalisers of this kind write. It holds some responses,
//! and says for each channel which of them it gets: its number, or −1 for none. Where
//! a stream has more channels than the blob, the last assignment holds for the rest.
//! The blob comes behind the base configuration or as parameter 0, also in fragments;
//! without one, and while there is none, samples are passed on.

mod blob;
mod fir;
mod iir;

use alloc::boxed::Box;
use alloc::vec::Vec;

use acelab_module_sdk::{
    Block, ConfigError, CreateError, Descriptor, Formats, Fragment, InitPayload, Module, Needs,
    Pin, PrepareError, ProcessError, Reassembly, Sink, Source, Uuid, module_name, try_box,
    try_zeroed,
};

/// Equaliser of biquads in series.
pub const EQIIR: Descriptor = Descriptor {
    name: module_name!("EQIIR"),
    uuid: Uuid::new(
        0x5150_C0E6,
        0x27F9,
        0x4EC8,
        [0x83, 0x51, 0xC7, 0x05, 0xB6, 0x42, 0xD1, 0x2F],
    ),
    inputs: 1,
    outputs: 1,
    data_processing: false,
    formats: Formats::ANY,
    needs: Needs::USUAL,
    create: create::<iir::Filters>,
};

/// Equaliser of finite impulse responses.
pub const EQFIR: Descriptor = Descriptor {
    name: module_name!("EQFIR"),
    uuid: Uuid::new(
        0x43A9_0CE7,
        0xF3A5,
        0x41DF,
        [0xAC, 0x06, 0xBA, 0x98, 0x65, 0x1A, 0xE6, 0xA3],
    ),
    inputs: 1,
    outputs: 1,
    data_processing: false,
    formats: Formats::ANY,
    needs: Needs::USUAL,
    create: create::<fir::Filters>,
};

/// The parameter with the blob.
const PARAM_BLOB: u32 = 0;

/// The filters of all channels.
trait Filters: Sized + Send + 'static {
    /// Filters that are at rest, for so many channels.
    fn parse(blob: &[u8], channels: usize) -> Result<Self, ConfigError>;

    /// Filters whole frames in place.
    fn change(&mut self, block: &mut [i32]);

    /// Forgets all samples.
    fn reset(&mut self);
}

fn create<F: Filters>(payload: &InitPayload<'_>) -> Result<Box<dyn Module>, CreateError> {
    let mut equaliser = Equaliser::<F> {
        rate: payload.format.rate(),
        channels: payload.format.channels(),
        filters: None,
        blob: Vec::new(),
        reassembly: Reassembly::new(),
        block: Block::none(),
    };
    if !payload.specific.is_empty() {
        payload.decode(|blob| equaliser.configure(blob))?;
    }
    Ok(try_box(equaliser)?)
}

struct Equaliser<F> {
    rate: u32,
    channels: usize,
    filters: Option<F>,
    /// What the filters were made of.
    blob: Vec<u8>,
    reassembly: Reassembly,
    block: Block,
}

impl<F: Filters> Equaliser<F> {
    fn configure(&mut self, blob: &[u8]) -> Result<(), ConfigError> {
        let filters = F::parse(blob, self.channels)?;
        let mut copy = try_zeroed(blob.len())?;
        copy.copy_from_slice(blob);
        self.blob = copy;
        self.filters = Some(filters);
        Ok(())
    }
}

impl<F: Filters> Module for Equaliser<F> {
    fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), PrepareError> {
        let ([input], [output]) = (inputs, outputs) else {
            return Err(PrepareError::Pins);
        };
        for format in [input.format, output.format] {
            if format.channels() != self.channels || format.rate() != self.rate {
                return Err(PrepareError::Format);
            }
        }
        self.block = Block::new(self.channels)?;
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
        match &mut self.filters {
            Some(filters) => self
                .block
                .move_frames(source, sink, |block| filters.change(block)),
            None => {
                source.copy_to(sink, usize::MAX);
            }
        }
        Ok(())
    }

    fn reset(&mut self) {
        if let Some(filters) = &mut self.filters {
            filters.reset();
        }
    }

    fn set_config(&mut self, id: u32, fragment: Fragment, data: &[u8]) -> Result<(), ConfigError> {
        if id != PARAM_BLOB {
            return Err(ConfigError::UnknownParam);
        }
        let mut reassembly = core::mem::take(&mut self.reassembly);
        let result = reassembly.take(id, fragment, data, |blob| self.configure(blob));
        self.reassembly = reassembly;
        result
    }

    fn get_config(&self, id: u32, out: &mut [u8]) -> Result<usize, ConfigError> {
        if id != PARAM_BLOB {
            return Err(ConfigError::UnknownParam);
        }
        let place = out.get_mut(..self.blob.len()).ok_or(ConfigError::Length)?;
        place.copy_from_slice(&self.blob);
        Ok(self.blob.len())
    }
}
