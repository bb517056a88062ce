//! A sequence of modules and the buffers between them.

use acelab_module_sdk::{Format, SampleFormat};

use crate::Pcm;
use crate::volume::VolumeStage;

/// One step on the way of a stream.
#[derive(Clone, Debug)]
pub enum Stage {
    /// A copy to a buffer with samples of this format.
    Convert(SampleFormat),
    /// GAIN or PEAKVOL, to a buffer with samples of this format.
    Volume(VolumeStage, SampleFormat),
}

impl Stage {
    fn run(&self, stream: &Pcm) -> Pcm {
        match self {
            Self::Convert(sample) => stream.convert(*sample),
            Self::Volume(volume, sample) => {
                let format = stream.format;
                let values = volume.run(&stream.to_q31(), format.channels(), format.rate());
                Pcm::from_q31(format.with_sample(*sample), &values)
            }
        }
    }
}

/// What a stream goes through.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// The stages in their order.
    pub stages: Vec<Stage>,
}

impl Chain {
    /// What comes out at the end.
    pub fn run(&self, input: &Pcm) -> Pcm {
        let mut stream = input.clone();
        for stage in &self.stages {
            stream = stage.run(&stream);
        }
        stream
    }

    /// The format at the end for a format at the start.
    pub fn format(&self, input: Format) -> Format {
        let empty = Pcm {
            format: input,
            words: Vec::new(),
        };
        self.run(&empty).format
    }
}
