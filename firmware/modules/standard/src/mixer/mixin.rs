//! The mixin: feeds one stream to up to three mixouts.

use alloc::boxed::Box;
use alloc::vec::Vec;

use acelab_abi::ipc4::mixer::{MAX_MIXIN_OUTPUTS, MixMode, MixerMode, PARAM_MODE, UNITY_GAIN};
use acelab_abi::ipc4::wire::{Reader, Records, Wire, Writer};
use acelab_module_sdk::{
    Block, ConfigError, CreateError, Descriptor, Formats, Fragment, InitPayload, MAX_CHANNELS,
    Module, Needs, Pin, PrepareError, ProcessError, Sink, Source, Uuid, module_name, try_box,
    try_zeroed,
};

use crate::fixed::saturate;

/// Mixin. No payload behind the base configuration. Each output gets the stream
/// with its own gain, and with its own channels in the mode REMAP.
///
/// Outputs whose reader does not run get nothing and are not waited for.
pub const MIXIN: Descriptor = Descriptor {
    name: module_name!("MIXIN"),
    uuid: Uuid::new(
        0x3965_6EB2,
        0x3B71,
        0x4049,
        [0x8D, 0x3F, 0xF9, 0x2C, 0xD5, 0xC4, 0x3C, 0x09],
    ),
    inputs: 1,
    outputs: MAX_MIXIN_OUTPUTS as u8,
    data_processing: false,
    formats: Formats::ANY,
    needs: Needs::USUAL,
    create,
};

/// Bits of a gain behind the point.
const GAIN_PLACES: u32 = 10;

fn create(payload: &InitPayload<'_>) -> Result<Box<dyn Module>, CreateError> {
    payload.nothing_else()?;
    Ok(try_box(Mixin {
        modes: core::array::from_fn(|output| MixerMode {
            output: output as u32,
            mode: MixMode::Normal.code(),
            channels: 0,
            channel_map: 0,
            gain: UNITY_GAIN,
            reserved: 0,
        }),
        rate: payload.format.rate(),
        channels: payload.format.channels(),
        before: Block::none(),
        after: Vec::new(),
    })?)
}

struct Mixin {
    modes: [MixerMode; MAX_MIXIN_OUTPUTS],
    rate: u32,
    channels: usize,
    /// Frames of the input.
    before: Block,
    /// The same frames for one output.
    after: Vec<i32>,
}

impl Module for Mixin {
    fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), PrepareError> {
        let [input] = inputs else {
            return Err(PrepareError::Pins);
        };
        if outputs.len() > MAX_MIXIN_OUTPUTS {
            return Err(PrepareError::Pins);
        }
        let rates = |pin: &Pin| pin.format.rate() != self.rate;
        if input.format.channels() != self.channels || rates(input) || outputs.iter().any(rates) {
            return Err(PrepareError::Format);
        }
        self.before = Block::new(self.channels)?;
        let frames = self.before.samples().len() / self.channels;
        self.after = try_zeroed(frames * usize::from(MAX_CHANNELS))?;
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
        let room = sinks
            .iter()
            .filter(|sink| sink.is_active())
            .map(Sink::frames);
        let mut left = room.min().unwrap_or(0).min(source.frames());
        let channels = source.channels();
        let per_block = self.before.samples().len() / channels;
        while left > 0 && per_block > 0 {
            let now = left.min(per_block);
            let before = &mut self.before.samples()[..now * channels];
            source.read(before);
            for sink in sinks.iter_mut().filter(|sink| sink.is_active()) {
                let Some(mode) = self.modes.get(usize::from(sink.queue())) else {
                    continue;
                };
                if is_plain(mode) && sink.channels() == channels {
                    sink.write(before);
                    continue;
                }
                let to = sink.channels();
                let Some(after) = self.after.get_mut(..now * to) else {
                    continue;
                };
                for (old, new) in before
                    .chunks_exact(channels)
                    .zip(after.chunks_exact_mut(to))
                {
                    frame(mode, old, new);
                }
                sink.write(after);
            }
            left -= now;
        }
        Ok(())
    }

    fn reset(&mut self) {}

    fn set_config(&mut self, id: u32, fragment: Fragment, data: &[u8]) -> Result<(), ConfigError> {
        if id != u32::from(PARAM_MODE) {
            return Err(ConfigError::UnknownParam);
        }
        if fragment != Fragment::Whole {
            return Err(ConfigError::Sequence);
        }
        let mut reader = Reader::new(data);
        let count = reader.u32()? as usize;
        let records = reader.rest();
        if count == 0 || count > MAX_MIXIN_OUTPUTS || records.len() != count * MixerMode::BYTES {
            return Err(ConfigError::Length);
        }
        let records = Records::<MixerMode>::new(records);
        if records.clone().any(|mode| !is_possible(&mode)) {
            return Err(ConfigError::Value);
        }
        for mode in records {
            self.modes[mode.output as usize] = mode;
        }
        Ok(())
    }

    fn get_config(&self, id: u32, out: &mut [u8]) -> Result<usize, ConfigError> {
        if id != u32::from(PARAM_MODE) {
            return Err(ConfigError::UnknownParam);
        }
        let mut writer = Writer::new(out);
        writer.u32(self.modes.len() as u32)?;
        for mode in &self.modes {
            writer.put(mode)?;
        }
        Ok(writer.len())
    }
}

fn is_plain(mode: &MixerMode) -> bool {
    mode.mode == MixMode::Normal.code() && mode.gain == UNITY_GAIN
}

fn is_possible(mode: &MixerMode) -> bool {
    let normal = mode.mode == MixMode::Normal.code();
    let remap = mode.mode == MixMode::Remap.code()
        && (1..=u32::from(MAX_CHANNELS)).contains(&mode.channels);
    (mode.output as usize) < MAX_MIXIN_OUTPUTS && (normal || remap)
}

/// A frame for one output. A channel that the input does not have is silent.
fn frame(mode: &MixerMode, old: &[i32], new: &mut [i32]) {
    let remap = mode.mode == MixMode::Remap.code();
    for (channel, sample) in new.iter_mut().enumerate() {
        let from = match remap {
            false => channel,
            true if channel < mode.channels as usize => {
                (mode.channel_map >> (4 * channel) & 0xF) as usize
            }
            true => usize::MAX,
        };
        let value = i64::from(old.get(from).copied().unwrap_or(0)) * i64::from(mode.gain);
        *sample = saturate((value + (1 << (GAIN_PLACES - 1))) >> GAIN_PLACES);
    }
}
