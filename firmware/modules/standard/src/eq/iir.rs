//! Biquads in series.
//!
//! A section computes `y = b0·x + b1·x1 + b2·x2 + a1·y1 + a2·y2`: each product is
//! rounded downwards to 59 bits behind the point, their sum to the nearest of 31,
//! halves upwards, and saturates. Then comes the gain of the section, with a shift,
//! rounded and saturating likewise.

use alloc::vec::Vec;
use core::ops::Range;

use acelab_abi::ipc4::wire::Reader;
use acelab_module_sdk::ConfigError;

use super::blob::{Assignment, CHANNELS};
use crate::fixed::saturate;

/// Largest number of sections of a response.
const SECTIONS: usize = 11;
/// Bits of a gain behind the point.
const GAIN_PLACES: i32 = 14;
/// Shifts to the right that are possible, to the left when negative.
const SHIFTS: Range<i32> = 1 - GAIN_PLACES..32;

/// Sections of all channels.
pub struct Filters {
    sections: Vec<Section>,
    /// Those of each channel.
    ranges: [Range<usize>; CHANNELS],
    channels: usize,
}

#[derive(Clone, Copy)]
struct Section {
    /// a2, a1, b2, b1, b0 in Q2.30.
    coefficients: [i32; 5],
    gain: i32,
    /// Bits behind the point of the product with the gain.
    places: u32,
    /// y2, y1, x2, x1.
    state: [i32; 4],
}

impl super::Filters for Filters {
    fn parse(blob: &[u8], channels: usize) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(blob);
        let [size, blob_channels, responses, _, _, _, _] = reader.words()?;
        if size as usize != blob.len() {
            return Err(ConfigError::Length);
        }
        let mut assignment = Assignment::new(blob_channels, responses)?;
        for number in assignment.numbers() {
            *number = reader.u32()? as i32;
        }
        assignment.check()?;
        let mut filters = Self {
            sections: Vec::new(),
            ranges: core::array::from_fn(|_| 0..0),
            channels,
        };
        for response in 0..assignment.responses() {
            let [count, in_series, _, _, _, _] = reader.words()?;
            let count = count as usize;
            if !(1..=SECTIONS).contains(&count) || in_series as usize != count {
                return Err(ConfigError::Value);
            }
            let mut sections = [Section::NONE; SECTIONS];
            for section in &mut sections[..count] {
                *section = Section::parse(&mut reader)?;
            }
            for channel in 0..channels {
                if assignment.gives(channel, response) {
                    filters.add(channel, &sections[..count])?;
                }
            }
        }
        if !reader.rest().is_empty() {
            return Err(ConfigError::Length);
        }
        Ok(filters)
    }

    fn change(&mut self, block: &mut [i32]) {
        for frame in block.chunks_exact_mut(self.channels) {
            for (sample, range) in frame.iter_mut().zip(&self.ranges) {
                for section in &mut self.sections[range.clone()] {
                    *sample = section.next(*sample);
                }
            }
        }
    }

    fn reset(&mut self) {
        for section in &mut self.sections {
            section.state = [0; 4];
        }
    }
}

impl Filters {
    fn add(&mut self, channel: usize, sections: &[Section]) -> Result<(), ConfigError> {
        let start = self.sections.len();
        self.sections
            .try_reserve(sections.len())
            .map_err(|_| ConfigError::Memory)?;
        self.sections.extend_from_slice(sections);
        self.ranges[channel] = start..self.sections.len();
        Ok(())
    }
}

impl Section {
    const NONE: Self = Self {
        coefficients: [0; 5],
        gain: 0,
        places: 1,
        state: [0; 4],
    };

    fn parse(reader: &mut Reader<'_>) -> Result<Self, ConfigError> {
        let words: [u32; 7] = reader.words()?;
        let [a2, a1, b2, b1, b0, shift, gain] = words.map(|word| word as i32);
        if !SHIFTS.contains(&shift) || i16::try_from(gain).is_err() {
            return Err(ConfigError::Value);
        }
        Ok(Self {
            coefficients: [a2, a1, b2, b1, b0],
            gain,
            places: (GAIN_PLACES + shift) as u32,
            state: [0; 4],
        })
    }

    fn next(&mut self, x: i32) -> i32 {
        let [a2, a1, b2, b1, b0] = self.coefficients;
        let [y2, y1, x2, x1] = self.state;
        let sum =
            product(a2, y2) + product(a1, y1) + product(b2, x2) + product(b1, x1) + product(b0, x);
        let y = saturate((sum + (1 << 27)) >> 28);
        self.state = [y1, y, x1, x];
        let scaled = i64::from(y) * i64::from(self.gain) + (1 << (self.places - 1));
        saturate(scaled >> self.places)
    }
}

/// With 59 bits behind the point: five of them fit into 64 bits.
fn product(coefficient: i32, sample: i32) -> i64 {
    (i64::from(coefficient) * i64::from(sample)) >> 2
}
