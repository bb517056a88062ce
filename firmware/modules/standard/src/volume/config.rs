//! Payloads of the volume modules.

use core::ops::Range;

use acelab_abi::ipc4::control::{self, ControlHead, ControlValue};
use acelab_abi::ipc4::volume::{ALL_CHANNELS, Curve, UNITY, VolumeRecord};
use acelab_abi::ipc4::wire::{Full, Reader, Records, Writer};
use acelab_module_sdk::ConfigError;

use super::RECORD_BYTES;

/// The largest shift of SET_ATTENUATION.
const MAX_ATTENUATION: u32 = 31;

/// Calls `apply` with each record and the channels that it is for, after all
/// records have been found good.
pub fn read_records(
    data: &[u8],
    channels: usize,
    mut apply: impl FnMut(Range<usize>, &VolumeRecord),
) -> Result<(), ConfigError> {
    if data.is_empty() || !data.len().is_multiple_of(RECORD_BYTES) {
        return Err(ConfigError::Length);
    }
    for record in Records::<VolumeRecord>::new(data) {
        let known = Curve::from_code(record.curve).is_some();
        if range(&record, channels).is_none() || record.target > UNITY || !known {
            return Err(ConfigError::Value);
        }
    }
    for record in Records::<VolumeRecord>::new(data) {
        if let Some(range) = range(&record, channels) {
            apply(range, &record);
        }
    }
    Ok(())
}

fn range(record: &VolumeRecord, channels: usize) -> Option<Range<usize>> {
    let channel = record.channel as usize;
    if record.channel == ALL_CHANNELS {
        Some(0..channels)
    } else if channel < channels {
        Some(channel..channel + 1)
    } else {
        None
    }
}

/// Calls `apply` with each channel of a switch and whether it is on, after all
/// values have been found good.
pub fn read_mutes(
    data: &[u8],
    channels: usize,
    mut apply: impl FnMut(usize, bool),
) -> Result<(), ConfigError> {
    let (_, values) = control::decode(data)?;
    if values
        .clone()
        .any(|value| value.channel as usize >= channels || value.value > 1)
    {
        return Err(ConfigError::Value);
    }
    for value in values {
        apply(value.channel as usize, value.value == 1);
    }
    Ok(())
}

/// Writes a switch that is on for the channels that are not muted.
pub fn write_mutes(
    writer: &mut Writer<'_>,
    muted: impl ExactSizeIterator<Item = bool>,
) -> Result<(), Full> {
    writer.put(&ControlHead {
        id: 0,
        count: muted.len() as u16,
        reserved: [0; 4],
    })?;
    for (channel, muted) in muted.enumerate() {
        writer.put(&ControlValue {
            channel: channel as u32,
            value: u32::from(!muted),
        })?;
    }
    Ok(())
}

/// SET_ATTENUATION: a word with the number of bits to shift down.
pub fn read_attenuation(data: &[u8]) -> Result<u8, ConfigError> {
    let shift = u32::from_le_bytes(data.try_into().map_err(|_| ConfigError::Length)?);
    if shift > MAX_ATTENUATION {
        return Err(ConfigError::Value);
    }
    Ok(shift as u8)
}

/// VOLUME_TRANSITION_DELAY: two words with the duration of later ramps, in 100 ns.
pub fn read_duration(data: &[u8]) -> Result<u64, ConfigError> {
    if data.len() != 8 {
        return Err(ConfigError::Length);
    }
    Ok(Reader::new(data).u64()?)
}
