//! Gain and peak volume.
//!
//! Each channel has a volume that goes to its target on a curve. PEAKVOL also
//! measures the peaks of its output.

mod config;
mod curve;
mod ramp;

use alloc::boxed::Box;
use alloc::vec::Vec;

use acelab_abi::ipc4::module_config::param::SWITCH_CONTROL;
use acelab_abi::ipc4::volume::VolumeParam;
use acelab_abi::ipc4::volume::VolumeRecord;
use acelab_abi::ipc4::wire::{Wire, Writer};
use acelab_module_sdk::{
    Block, ConfigError, CreateError, Descriptor, Formats, Fragment, InitPayload, MAX_CHANNELS,
    Meters, Module, Needs, Pin, PrepareError, ProcessError, Sink, Source, Uuid, module_name,
    try_box, try_zeroed,
};

use crate::fixed::{UNITY, scale, scale_down};
use config::{read_mutes, read_records};
use ramp::Ramp;

/// Volume with peak meters.
pub const PEAKVOL: Descriptor = Descriptor {
    name: module_name!("PEAKVOL"),
    uuid: Uuid::new(
        0x8A17_1323,
        0x94A3,
        0x4E1D,
        [0xAF, 0xE9, 0xFE, 0x5D, 0xBA, 0xA4, 0xC3, 0x93],
    ),
    inputs: 1,
    outputs: 1,
    data_processing: false,
    formats: Formats::ANY,
    needs: Needs::USUAL,
    create: |payload| create(payload, true),
};

/// Volume.
pub const GAIN: Descriptor = Descriptor {
    name: module_name!("GAIN"),
    uuid: Uuid::new(
        0x61BC_A9A8,
        0x18D0,
        0x4A18,
        [0x8E, 0x7B, 0x26, 0x39, 0x21, 0x98, 0x04, 0xB7],
    ),
    inputs: 1,
    outputs: 1,
    data_processing: false,
    formats: Formats::ANY,
    needs: Needs::USUAL,
    create: |payload| create(payload, false),
};

/// Largest number of channels.
const CHANNELS: usize = MAX_CHANNELS as usize;

fn create(payload: &InitPayload<'_>, peaks: bool) -> Result<Box<dyn Module>, CreateError> {
    let mut volume = Volume {
        ramps: try_zeroed(payload.format.channels())?,
        rate: payload.format.rate(),
        attenuation: 0,
        peaks,
        meters: Meters::default(),
        block: Block::none(),
    };
    let (channels, rate) = (volume.ramps.len(), volume.rate);
    payload.decode(|data| {
        read_records(data, channels, |range, record| {
            for ramp in &mut volume.ramps[range] {
                ramp.set(record, rate);
            }
        })
    })?;
    volume.reset();
    Ok(try_box(volume)?)
}

struct Volume {
    /// One for each channel.
    ramps: Vec<Ramp>,
    rate: u32,
    /// Bits that the output is shifted down.
    attenuation: u8,
    /// Whether peaks are measured.
    peaks: bool,
    meters: Meters,
    block: Block,
}

impl Volume {
    fn publish(&mut self) {
        for (channel, ramp) in self.ramps.iter().enumerate() {
            self.meters.current[channel] = ramp.value();
            self.meters.target[channel] = ramp.target();
        }
    }
}

impl Module for Volume {
    fn prepare(&mut self, inputs: &[Pin], outputs: &[Pin]) -> Result<(), PrepareError> {
        let ([input], [output]) = (inputs, outputs) else {
            return Err(PrepareError::Pins);
        };
        let channels = input.format.channels();
        if channels != output.format.channels() || channels != self.ramps.len() {
            return Err(PrepareError::Format);
        }
        if input.format.rate() != self.rate || output.format.rate() != self.rate {
            return Err(PrepareError::Format);
        }
        self.block = Block::new(channels)?;
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
        let ramps = &mut self.ramps[..];
        let attenuation = u32::from(self.attenuation);
        let peaks = self.peaks.then_some(&mut self.meters.peak);
        if let Some(peaks) = peaks {
            *peaks = [0; CHANNELS];
            self.block.move_frames(source, sink, |block| {
                change(ramps, attenuation, block);
                measure(peaks, ramps.len(), block);
            });
        } else {
            self.block
                .move_frames(source, sink, |block| change(ramps, attenuation, block));
        }
        self.publish();
        Ok(())
    }

    fn reset(&mut self) {
        for ramp in &mut self.ramps {
            ramp.restart();
        }
        self.meters = Meters::default();
        self.publish();
    }

    fn set_config(&mut self, id: u32, fragment: Fragment, data: &[u8]) -> Result<(), ConfigError> {
        if fragment != Fragment::Whole {
            return Err(ConfigError::Sequence);
        }
        let (rate, channels) = (self.rate, self.ramps.len());
        if id == SWITCH_CONTROL {
            read_mutes(data, channels, |channel, on| {
                self.ramps[channel].mute(!on);
            })?;
        } else if id == u32::from(VolumeParam::Volume.code()) {
            read_records(data, channels, |range, record| {
                for ramp in &mut self.ramps[range] {
                    ramp.set(record, rate);
                }
            })?;
        } else if id == u32::from(VolumeParam::SetAttenuation.code()) {
            self.attenuation = config::read_attenuation(data)?;
        } else if id == u32::from(VolumeParam::TransitionDelay.code()) {
            let duration = config::read_duration(data)?;
            for ramp in &mut self.ramps {
                ramp.set_duration(duration, rate);
            }
        } else {
            return Err(ConfigError::UnknownParam);
        }
        self.publish();
        Ok(())
    }

    fn get_config(&self, id: u32, out: &mut [u8]) -> Result<usize, ConfigError> {
        let ramps = &self.ramps;
        let mut writer = Writer::new(out);
        if id == u32::from(VolumeParam::Volume.code()) {
            for (channel, ramp) in ramps.iter().enumerate() {
                ramp.record(channel as u32).write(&mut writer)?;
            }
        } else if id == u32::from(VolumeParam::SetAttenuation.code()) {
            writer.u32(self.attenuation.into())?;
        } else if id == SWITCH_CONTROL {
            config::write_mutes(&mut writer, ramps.iter().map(Ramp::is_muted))?;
        } else {
            return Err(ConfigError::UnknownParam);
        }
        Ok(writer.len())
    }

    fn meters(&self) -> Option<&Meters> {
        Some(&self.meters)
    }
}

/// Applies the volumes to whole frames.
fn change(ramps: &mut [Ramp], attenuation: u32, block: &mut [i32]) {
    if ramps.iter().any(Ramp::is_moving) {
        for frame in block.chunks_exact_mut(ramps.len()) {
            for (sample, ramp) in frame.iter_mut().zip(&mut *ramps) {
                *sample = scale(*sample, ramp.next(*sample), attenuation);
            }
        }
        return;
    }
    let Some(first) = ramps.first().map(Ramp::factor) else {
        return;
    };
    if ramps.iter().all(|ramp| ramp.factor() == first) {
        constant(block, first, attenuation);
        return;
    }
    for frame in block.chunks_exact_mut(ramps.len()) {
        for (sample, ramp) in frame.iter_mut().zip(&*ramps) {
            *sample = scale(*sample, ramp.factor(), attenuation);
        }
    }
}

/// The usual case: one volume for all channels, and it stays.
fn constant(block: &mut [i32], factor: i64, attenuation: u32) {
    if attenuation > 0 {
        for sample in block {
            *sample = scale(*sample, factor, attenuation);
        }
    } else if factor != UNITY {
        // The factor fits into 32 bits: one multiplication less.
        let factor = factor as i32;
        for sample in block {
            *sample = scale_down(*sample, factor);
        }
    }
}

/// Keeps the largest magnitude of each channel; that of -1 is just below 1.
fn measure(peaks: &mut [u32; CHANNELS], channels: usize, block: &[i32]) {
    for frame in block.chunks_exact(channels) {
        for (peak, sample) in peaks.iter_mut().zip(frame) {
            *peak = (*peak).max(sample.saturating_abs() as u32);
        }
    }
}

/// Size of a record in bytes.
const RECORD_BYTES: usize = VolumeRecord::BYTES;
