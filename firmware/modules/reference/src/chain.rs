//! A sequence of modules and the buffers between them.

use acelab_abi::ipc4::mixer::MixerMode;
use acelab_module_sdk::Format;

use crate::dc_block::block_dc;
use crate::equaliser::{Biquad, equalise_fir, equalise_iir};
use crate::mixing::{mixin_frame, weigh};
use crate::rate::convert_rate;
use crate::shaper::shape;
use crate::{Pcm, VolumeStage};

/// What a module does to a stream.
#[derive(Clone, Debug)]
pub enum Stage {
    /// A copy: nothing but the conversion to the buffer behind it.
    Copy,
    /// A copy that maps channels (a nibble for each channel of the output, in the
    /// number of the buffer behind it) and shifts samples down.
    MappedCopy {
        /// Which channel of the input each channel takes.
        map: u32,
        /// Bits to shift.
        attenuation: u32,
    },
    /// GAIN or PEAKVOL.
    Volume(VolumeStage),
    /// SRC, to the rate of the buffer behind it.
    Rate,
    /// EQIIR: the biquads of each channel, none to pass it on.
    Iir(Vec<Vec<Biquad>>),
    /// EQFIR: the taps of each channel with a shift.
    Fir(Vec<Option<(Vec<i16>, i32)>>),
    /// DCBLOCK: the weight of each channel, Q2.30.
    DcBlock(Vec<i32>),
    /// SHAPER, a loadable module.
    Shaper,
    /// One output of MIXIN.
    Mixin(MixerMode),
    /// MICSEL (10 places) and UPDWMIX (28 places; see
    /// [`up_down_weights`](crate::up_down_weights)): a row of weights for each
    /// channel of the output.
    Weights {
        /// The rows.
        rows: Vec<Vec<i32>>,
        /// Bits behind the point.
        places: u32,
    },
}

impl Stage {
    /// The stream in a buffer of a format, behind the module.
    pub fn run(&self, stream: &Pcm, buffer: Format) -> Pcm {
        let (from, to) = (stream.format.channels(), buffer.channels());
        let values = match self {
            Self::Copy => {
                return Pcm {
                    format: buffer,
                    words: stream.convert(buffer.sample()).words,
                };
            }
            Self::Volume(volume) => volume.run(&stream.to_q31(), from, buffer.rate()),
            Self::Rate => {
                if stream.format.rate() == buffer.rate() {
                    return Self::Copy.run(stream, buffer);
                }
                let convert =
                    |samples: &[i32]| convert_rate(samples, stream.format.rate(), buffer.rate());
                each_channel(&stream.to_q31(), from, |_, samples| convert(samples))
            }
            Self::DcBlock(weights) => each_channel(&stream.to_q31(), from, |channel, samples| {
                block_dc(samples, weights[channel])
            }),
            Self::Iir(sections) => each_channel(&stream.to_q31(), from, |channel, samples| {
                equalise_iir(samples, &sections[channel])
            }),
            Self::Fir(responses) => {
                each_channel(
                    &stream.to_q31(),
                    from,
                    |channel, samples| match &responses[channel] {
                        Some((taps, shift)) => equalise_fir(samples, taps, *shift),
                        None => samples.to_vec(),
                    },
                )
            }
            Self::Shaper => stream.to_q31().into_iter().map(shape).collect(),
            Self::MappedCopy { map, attenuation } => frames(stream, |frame| {
                let source = |channel: usize| (map >> (4 * channel)) as usize % 16;
                let value = |channel| frame.get(source(channel)).copied().unwrap_or(0);
                (0..to)
                    .map(|channel| value(channel) >> attenuation)
                    .collect()
            }),
            Self::Mixin(mode) => frames(stream, |frame| mixin_frame(mode, frame, to)),
            Self::Weights { rows, places } => frames(stream, |frame| weigh(rows, *places, frame)),
        };
        Pcm::from_q31(buffer, &values)
    }
}

/// A function of each frame.
fn frames(stream: &Pcm, function: impl Fn(&[i32]) -> Vec<i32>) -> Vec<i32> {
    let channels = stream.format.channels();
    stream
        .to_q31()
        .chunks_exact(channels)
        .flat_map(function)
        .collect()
}

/// A function of the number and the samples of each channel.
fn each_channel(
    values: &[i32],
    channels: usize,
    function: impl Fn(usize, &[i32]) -> Vec<i32>,
) -> Vec<i32> {
    let one = |channel| {
        let samples: Vec<i32> = values
            .iter()
            .skip(channel)
            .step_by(channels)
            .copied()
            .collect();
        function(channel, &samples)
    };
    let all: Vec<Vec<i32>> = (0..channels).map(one).collect();
    (0..all[0].len())
        .flat_map(|frame| all.iter().map(move |samples| samples[frame]))
        .collect()
}

/// What a stream goes through: modules, each with the buffer behind it.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// Modules in their order, with the format of the buffer behind each.
    pub stages: Vec<(Stage, Format)>,
}

impl Chain {
    /// What is in the last buffer in the end.
    pub fn run(&self, input: &Pcm) -> Pcm {
        let mut stream = input.clone();
        for (stage, buffer) in &self.stages {
            stream = stage.run(&stream, *buffer);
        }
        stream
    }

    /// The format at the end for a format at the start.
    pub fn format(&self, input: Format) -> Format {
        self.stages.last().map_or(input, |(_, buffer)| *buffer)
    }
}
