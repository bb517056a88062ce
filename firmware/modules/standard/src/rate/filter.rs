//! The low-pass filter: a sinc that is windowed by Kaiser's function, β = 9.
//!
//! It reaches [`HALF`] periods of the lower of the two rates to either side of the
//! output frame, and its −6 dB point is at 0.46 of that rate: it passes up to 0.40
//! and stops, by 90 dB, from 0.52 of the rate on. Its values are in a table of
//! [`STEPS`] steps per period, with straight lines between them.

use core::ops::Range;

use crate::fixed::{multiply_high, saturate};
use crate::series::{PI, PLACES, bessel, sine};

/// Periods of the lower rate on either side.
pub const HALF: u32 = 24;
/// Entries of the table per period.
const STEPS: u32 = 128;
/// The last entry.
const LAST: usize = (HALF * STEPS) as usize;

/// The filter between two rates.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Rate of the output, without what it has in common with that of the input.
    l: u32,
    /// Rate of the input, likewise.
    m: u32,
    /// Input frames between an output frame and the middle of its taps.
    latency: usize,
    /// Steps of the table per `L`th of an input frame, with 32 bits behind the point.
    unit: u64,
    /// What a coefficient is multiplied with, Q0.31, where there are more taps than
    /// the table's.
    gain: Option<i32>,
}

impl Filter {
    /// Between two possible rates in Hz.
    pub fn new(input: u32, output: u32) -> Self {
        let common = greatest_common_divisor(input, output);
        let (l, m) = (output / common, input / common);
        let longer = l.max(m);
        Self {
            l,
            m,
            latency: (HALF * longer).div_ceil(l) as usize,
            unit: (u64::from(STEPS) << 32) / u64::from(longer),
            gain: (m > l).then(|| ((u64::from(l) << 31) / u64::from(m)) as i32),
        }
    }

    /// Whether the rates are equal.
    pub fn is_identity(&self) -> bool {
        self.l == self.m
    }

    /// Input frames from the oldest to the newest that an output frame may need.
    pub fn span(&self) -> usize {
        2 * self.latency + 1
    }

    /// Goes on to the next output frame, and says by how many input frames.
    pub fn advance(&self, phase: &mut u32) -> usize {
        let whole = self.m / self.l;
        *phase += self.m % self.l;
        if *phase >= self.l {
            *phase -= self.l;
            return whole as usize + 1;
        }
        whole as usize
    }

    /// Computes the coefficients (Q1.30) of an output frame, for the oldest frame
    /// of the span first. Those outside of the returned range are 0, and not written.
    pub fn taps(&self, phase: u32, taps: &mut [i32]) -> Range<usize> {
        // The middle is `phase` behind the frame in the middle of the span. So that
        // frame is the first on the older side, but for phase 0, when it is the middle.
        let (older, newer) = match phase {
            0 => (self.l, 0),
            phase => (phase, self.l - phase),
        };
        let first_newer = self.latency + usize::from(phase != 0);
        let (older_side, newer_side) = taps.split_at_mut(first_newer);
        let low = self.side(older, older_side.iter_mut().rev());
        let high = self.side(newer, newer_side.iter_mut());
        first_newer - low..first_newer + high
    }

    /// Coefficients from the middle outwards, the first of them at `distance`;
    /// returns how many there are.
    fn side<'a>(&self, distance: u32, taps: impl Iterator<Item = &'a mut i32>) -> usize {
        let end = HALF * self.l.max(self.m);
        let count = (end - distance).div_ceil(self.l) as usize;
        let mut position = u64::from(distance) * self.unit;
        let step = u64::from(self.l) * self.unit;
        match self.gain {
            None => {
                for tap in taps.take(count) {
                    *tap = coefficient(position);
                    position += step;
                }
            }
            Some(gain) => {
                for tap in taps.take(count) {
                    *tap = multiply_high(coefficient(position) << 1, gain);
                    position += step;
                }
            }
        }
        count
    }
}

/// The filter at a position in the table, 32 bits behind the point.
#[inline(always)]
fn coefficient(position: u64) -> i32 {
    let index = (position >> 32) as usize;
    let Some(&[low, high]) = TABLE.get(index..index + 2) else {
        return 0;
    };
    let fraction = (position as u32 >> 1) as i32;
    low + multiply_high((high - low) << 1, fraction)
}

/// The sum of the products, saturating. Each product is rounded downwards to 29
/// bits behind the point: a filter whose coefficients sum up to less than 4 does
/// not overflow.
pub fn dot(samples: &[i32], taps: &[i32]) -> i32 {
    let (fours, ones) = samples.as_chunks::<4>();
    let (four_taps, one_taps) = taps.as_chunks::<4>();
    let mut sum = 0;
    for (&[a, b, c, d], &[e, f, g, h]) in fours.iter().zip(four_taps) {
        sum += multiply_high(a, e) + multiply_high(b, f);
        sum += multiply_high(c, g) + multiply_high(d, h);
    }
    for (sample, tap) in ones.iter().zip(one_taps) {
        sum += multiply_high(*sample, *tap);
    }
    saturate(i64::from(sum) << 2)
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}

/// (β / 2)².
const QUARTER_BETA_SQUARED: i128 = 81 << (PLACES - 2);

/// The filter from its middle outwards, Q1.30, computed by the compiler.
static TABLE: [i32; LAST + 1] = {
    let top = bessel(QUARTER_BETA_SQUARED);
    let mut table = [0; LAST + 1];
    let mut index = 0;
    while index <= LAST {
        let at = index as i128;
        let last = LAST as i128;
        let window = bessel(QUARTER_BETA_SQUARED * (last * last - at * at) / (last * last));
        let window = (window << PLACES) / top;
        // 2 · 0.46 · sinc(2 · 0.46 · t) with t = index / STEPS.
        let sinc = if index == 0 {
            (92 << PLACES) / 100
        } else {
            // The argument is 0.92 · π · index / 128: 23 parts of 6400 of a turn.
            ((sine(23 * index as u32, 6400) << PLACES) * STEPS as i128) / (PI * at)
        };
        let value = (sinc * window) >> PLACES;
        table[index] = ((value + (1 << (PLACES - 31))) >> (PLACES - 30)) as i32;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_phase_overflows() {
        for (input, output) in [
            (44_100, 48_000),
            (48_000, 44_100),
            (192_000, 8_000),
            (8_000, 192_000),
        ] {
            let filter = Filter::new(input, output);
            let mut taps = vec![0; filter.span()];
            for phase in 0..filter.l {
                taps.fill(0);
                let used = filter.taps(phase, &mut taps);
                let sum: i64 = taps[used].iter().map(|tap| i64::from(tap.abs())).sum();
                assert!(sum < 3 << 30, "{input} {output} {phase}: {sum:#x}");
            }
        }
    }
}
