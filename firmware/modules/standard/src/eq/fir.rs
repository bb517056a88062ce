//! Finite impulse responses.
//!
//! The products are summed up exactly, shifted, rounded to the nearest value, halves
//! upwards, and saturate.

use alloc::vec::Vec;
use core::ops::Range;

use acelab_abi::ipc4::wire::Reader;
use acelab_module_sdk::{ConfigError, try_zeroed};

use super::blob::{Assignment, CHANNELS};
use crate::fixed::saturate;
use crate::history::History;

/// Largest number of taps of a response.
const TAPS: usize = 256;
/// Bits of a tap behind the point.
const TAP_PLACES: i32 = 15;
/// Shifts to the right that are possible, to the left when negative.
const SHIFTS: Range<i32> = 1 - TAP_PLACES..32;
/// Frames that are filtered at once at the most.
const BLOCK_FRAMES: usize = 48;

/// Responses of all channels.
pub struct Filters {
    /// Taps of all responses, the last one of each first.
    taps: Vec<i16>,
    responses: [Option<Response>; CHANNELS],
    channels: usize,
    history: History,
    /// Frames that the longest response needs besides the newest.
    older: usize,
}

#[derive(Clone)]
struct Response {
    taps: Range<usize>,
    /// Bits behind the point of the sum.
    places: u32,
}

impl super::Filters for Filters {
    fn parse(blob: &[u8], channels: usize) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(blob);
        if reader.u32()? as usize != blob.len() {
            return Err(ConfigError::Length);
        }
        let (blob_channels, count) = (reader.u16()?, reader.u16()?);
        reader.words::<4>()?;
        let mut assignment = Assignment::new(blob_channels.into(), count.into())?;
        for number in assignment.numbers() {
            *number = i32::from(reader.u16()? as i16);
        }
        assignment.check()?;
        let mut filters = Self {
            taps: Vec::new(),
            responses: [const { None }; CHANNELS],
            channels,
            history: History::none(),
            older: 0,
        };
        for number in 0..assignment.responses() {
            let response = filters.read(&mut reader)?;
            for channel in (0..channels).filter(|channel| assignment.gives(*channel, number)) {
                filters.responses[channel] = Some(response.clone());
                filters.older = filters.older.max(response.taps.len() - 1);
            }
        }
        if !reader.rest().is_empty() {
            return Err(ConfigError::Length);
        }
        filters.history = History::new(channels, filters.older, BLOCK_FRAMES)?;
        Ok(filters)
    }

    fn change(&mut self, block: &mut [i32]) {
        for block in block.chunks_mut(BLOCK_FRAMES * self.channels) {
            self.history.forget_before(self.history.frames());
            self.history.push(block);
            for (index, frame) in block.chunks_exact_mut(self.channels).enumerate() {
                let newest = self.older + index;
                for (channel, sample) in frame.iter_mut().enumerate() {
                    if let Some(response) = &self.responses[channel] {
                        let window = self.history.window(channel, newest);
                        *sample = response.apply(&self.taps, window);
                    }
                }
            }
        }
    }

    fn reset(&mut self) {
        self.history.clear();
    }
}

impl Filters {
    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Response, ConfigError> {
        let (length, shift) = (reader.u16()? as usize, i32::from(reader.u16()? as i16));
        reader.words::<4>()?;
        if !(1..=TAPS).contains(&length) || !SHIFTS.contains(&shift) {
            return Err(ConfigError::Value);
        }
        let start = self.taps.len();
        let mut taps: Vec<i16> = try_zeroed(start + length)?;
        taps[..start].copy_from_slice(&self.taps);
        for tap in taps[start..].iter_mut().rev() {
            *tap = reader.u16()? as i16;
        }
        self.taps = taps;
        Ok(Response {
            taps: start..start + length,
            places: (TAP_PLACES + shift) as u32,
        })
    }
}

impl Response {
    /// The output for a window whose last sample is the newest.
    fn apply(&self, taps: &[i16], window: &[i32]) -> i32 {
        let taps = &taps[self.taps.clone()];
        let newest = &window[window.len() - taps.len()..];
        let products = newest.iter().zip(taps);
        let sum: i64 = products
            .map(|(sample, tap)| i64::from(*sample) * i64::from(*tap))
            .sum();
        saturate((sum + (1 << (self.places - 1))) >> self.places)
    }
}
