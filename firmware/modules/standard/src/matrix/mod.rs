//! Modules that make each output channel a weighted sum of input channels.

mod selector;
mod speakers;
mod up_down;

use acelab_module_sdk::{
    Block, ConfigError, Fragment, MAX_CHANNELS, Module, Pin, PrepareError, ProcessError, Sink,
    Source,
};

use crate::fixed::saturate;

pub use selector::MICSEL;
pub use up_down::UPDWMIX;

/// Largest number of channels.
const CHANNELS: usize = MAX_CHANNELS as usize;

/// Weight of each input channel (second index) in each output channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Matrix {
    weights: [[i32; CHANNELS]; CHANNELS],
    /// Bits of a weight that are behind the point. A row of weights of 8 channels
    /// and full scale must fit into 64 bits: a weight has at most 29 bits.
    places: u32,
}

impl Matrix {
    /// The output frame for an input frame: saturating, rounded to the nearest
    /// value, halves upwards.
    fn frame(&self, input: &[i32], output: &mut [i32]) {
        for (sample, weights) in output.iter_mut().zip(&self.weights) {
            let mut sum = 1 << (self.places - 1);
            for (value, weight) in input.iter().zip(weights) {
                if *weight != 0 {
                    sum += i64::from(*value) * i64::from(*weight);
                }
            }
            *sample = saturate(sum >> self.places);
        }
    }
}

/// An instance of either module.
struct Mixing {
    matrix: Matrix,
    rate: u32,
    inputs: usize,
    /// Where the number of output channels is known before the pins are bound.
    outputs: Option<usize>,
    /// The function that decodes parameters.
    configure: fn(&mut Matrix, u32, &[u8]) -> Result<(), ConfigError>,
    before: Block,
    after: Block,
}

impl Module for Mixing {
    fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), PrepareError> {
        let ([input], [output]) = (inputs, outputs) else {
            return Err(PrepareError::Pins);
        };
        let (from, to) = (input.format.channels(), output.format.channels());
        let rates = [input.format.rate(), output.format.rate()];
        if from != self.inputs || self.outputs.is_some_and(|count| count != to) {
            return Err(PrepareError::Format);
        }
        if rates != [self.rate; 2] {
            return Err(PrepareError::Format);
        }
        self.before = Block::new(from)?;
        self.after = Block::new(to)?;
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
        let (matrix, from, to) = (&self.matrix, source.channels(), sink.channels());
        self.before
            .map_frames(&mut self.after, source, sink, |input, output| {
                for (old, new) in input.chunks_exact(from).zip(output.chunks_exact_mut(to)) {
                    matrix.frame(old, new);
                }
            });
        Ok(())
    }

    fn reset(&mut self) {}

    fn set_config(&mut self, id: u32, fragment: Fragment, data: &[u8]) -> Result<(), ConfigError> {
        if fragment != Fragment::Whole {
            return Err(ConfigError::Sequence);
        }
        (self.configure)(&mut self.matrix, id, data)
    }
}
