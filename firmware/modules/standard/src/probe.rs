//! A probe, for tests: passes samples on and remembers what they were.

use alloc::boxed::Box;

use acelab_abi::ipc4::wire::Writer;
use acelab_module_sdk::{
    Block, ConfigError, CreateError, Descriptor, Formats, Fragment, InitPayload, Module, Needs,
    Pin, PrepareError, ProcessError, Sink, Source, Uuid, module_name, try_box,
};

/// Probe. No payload behind the base configuration. Its output need not be bound.
///
/// Parameter 0, to be read: frames (64 bits); a hash over all samples in Q1.31, which
/// is `hash = (rotate_left(hash, 5) ^ sample) · 0x9E3779B1` from 0; the largest
/// magnitude. Parameter 1, to be written, of no data: starts anew.
///
/// With the feature `vectors`, parameter 2, to be written: a word with the number of a
/// group of `vectors`, and a seed (64 bits). It runs the group. To be read: its hash
/// (64 bits), 1 when it ran and 0 when it could not, and the number of groups.
pub const PROBE: Descriptor = Descriptor {
    name: module_name!("PROBE"),
    uuid: Uuid::new(
        0xACE1_AB00,
        0x5ADE,
        0x4B0F,
        [0x93, 0xB1, 0xBA, 0x5E, 0xF1, 0x2A, 0x01, 0x02],
    ),
    inputs: 1,
    outputs: 1,
    data_processing: false,
    formats: Formats::ANY,
    needs: Needs::USUAL,
    create,
};

/// The parameter with what was seen.
const PARAM_SEEN: u32 = 0;
/// The parameter that starts anew.
const PARAM_CLEAR: u32 = 1;
/// The parameter that runs groups of vectors.
#[cfg(feature = "vectors")]
pub const PARAM_VECTORS: u32 = 2;

fn create(payload: &InitPayload<'_>) -> Result<Box<dyn Module>, CreateError> {
    payload.nothing_else()?;
    Ok(try_box(Probe {
        seen: Seen::default(),
        block: Block::none(),
        #[cfg(feature = "vectors")]
        hash: None,
    })?)
}

#[derive(Clone, Copy, Default)]
struct Seen {
    frames: u64,
    hash: u32,
    peak: u32,
}

impl Seen {
    fn add(&mut self, block: &[i32]) {
        for sample in block {
            self.hash = (self.hash.rotate_left(5) ^ *sample as u32).wrapping_mul(0x9E37_79B1);
            self.peak = self.peak.max(sample.unsigned_abs());
        }
    }
}

struct Probe {
    seen: Seen,
    block: Block,
    /// Of the group of vectors that ran last.
    #[cfg(feature = "vectors")]
    hash: Option<u64>,
}

#[cfg(feature = "vectors")]
impl Probe {
    fn run_vectors(&mut self, data: &[u8]) -> Result<(), ConfigError> {
        use acelab_abi::ipc4::wire::Reader;
        let mut reader = Reader::new(data);
        let (number, seed) = (reader.u32()? as usize, reader.u64()?);
        let group = crate::vectors::GROUPS
            .get(number)
            .ok_or(ConfigError::Value)?;
        self.hash = (group.run)(seed);
        Ok(())
    }

    fn write_hash(&self, writer: &mut Writer<'_>) -> Result<(), ConfigError> {
        writer.u64(self.hash.unwrap_or(0))?;
        let count = crate::vectors::GROUPS.len() as u32;
        writer.words(&[u32::from(self.hash.is_some()), count])?;
        Ok(())
    }
}

impl Module for Probe {
    fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), PrepareError> {
        let [input] = inputs else {
            return Err(PrepareError::Pins);
        };
        if outputs
            .iter()
            .any(|output| output.format.channels() != input.format.channels())
        {
            return Err(PrepareError::Format);
        }
        self.block = Block::new(input.format.channels())?;
        self.reset();
        Ok(())
    }

    fn process(
        &mut self,
        sources: &mut [Source<'_>],
        sinks: &mut [Sink<'_>],
    ) -> Result<(), ProcessError> {
        let [source] = sources else {
            return Ok(());
        };
        let seen = &mut self.seen;
        let before = source.consumed();
        if let [sink] = sinks {
            self.block
                .move_frames(source, sink, |block| seen.add(block));
        } else {
            let channels = source.channels();
            loop {
                let block = self.block.samples();
                let frames = source.read(block);
                if frames == 0 {
                    break;
                }
                seen.add(&block[..frames * channels]);
            }
        }
        self.seen.frames += (source.consumed() - before) as u64;
        Ok(())
    }

    fn reset(&mut self) {
        self.seen = Seen::default();
    }

    fn set_config(&mut self, id: u32, fragment: Fragment, data: &[u8]) -> Result<(), ConfigError> {
        #[cfg(feature = "vectors")]
        if id == PARAM_VECTORS && fragment == Fragment::Whole {
            return self.run_vectors(data);
        }
        if id != PARAM_CLEAR {
            return Err(ConfigError::UnknownParam);
        }
        if fragment != Fragment::Whole || !data.is_empty() {
            return Err(ConfigError::Length);
        }
        self.reset();
        Ok(())
    }

    fn get_config(&self, id: u32, out: &mut [u8]) -> Result<usize, ConfigError> {
        let mut writer = Writer::new(out);
        #[cfg(feature = "vectors")]
        if id == PARAM_VECTORS {
            self.write_hash(&mut writer)?;
            return Ok(writer.len());
        }
        if id != PARAM_SEEN {
            return Err(ConfigError::UnknownParam);
        }
        writer.u64(self.seen.frames)?;
        writer.words(&[self.seen.hash, self.seen.peak])?;
        Ok(writer.len())
    }
}
