//! The equalisers.

use crate::mixing::{round, saturate};

/// A biquad: a2, a1, b2, b1, b0 in Q2.30; bits to shift to the right; gain in Q2.14.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Biquad {
    /// a2, a1, b2, b1, b0.
    pub coefficients: [i32; 5],
    /// Bits to shift, to the left when negative.
    pub shift: i32,
    /// Gain.
    pub gain: i16,
}

/// What EQIIR makes of one channel with these biquads in series.
pub fn equalise_iir(input: &[i32], sections: &[Biquad]) -> Vec<i32> {
    let mut signal = input.to_vec();
    for section in sections {
        let x = signal.clone();
        let mut y = vec![0; x.len()];
        let [a2, a1, b2, b1, b0] = section.coefficients.map(i128::from);
        let at = |signal: &[i32], n: usize, back: usize| match n.checked_sub(back) {
            Some(n) => i128::from(signal[n]),
            None => 0,
        };
        for n in 0..x.len() {
            let products = [
                b0 * at(&x, n, 0),
                b1 * at(&x, n, 1),
                b2 * at(&x, n, 2),
                a1 * at(&y, n, 1),
                a2 * at(&y, n, 2),
            ];
            let sum: i128 = products.iter().map(|product| product.div_euclid(4)).sum();
            y[n] = saturate(round(sum, 28));
            let scaled = i128::from(y[n]) * i128::from(section.gain);
            signal[n] = saturate(round(scaled, (14 + section.shift) as u32));
        }
    }
    signal
}

/// What EQFIR makes of one channel with these taps in Q1.15 and a shift to the
/// right, to the left when negative.
pub fn equalise_fir(input: &[i32], taps: &[i16], shift: i32) -> Vec<i32> {
    (0..input.len())
        .map(|n| {
            let products = taps
                .iter()
                .enumerate()
                .map(|(k, tap)| match n.checked_sub(k) {
                    Some(n) => i128::from(*tap) * i128::from(input[n]),
                    None => 0,
                });
            saturate(round(products.sum(), (15 + shift) as u32))
        })
        .collect()
}

/// The blob of EQIIR: responses, and the number of one of them for each channel.
pub fn iir_blob(assignment: &[i32], responses: &[Vec<Biquad>]) -> Vec<u8> {
    let mut words = vec![assignment.len() as i32, responses.len() as i32, 0, 0, 0, 0];
    words.extend(assignment);
    for sections in responses {
        let count = sections.len() as i32;
        words.extend([count, count, 0, 0, 0, 0]);
        for section in sections {
            words.extend(section.coefficients);
            words.extend([section.shift, section.gain.into()]);
        }
    }
    let bytes = words.iter().flat_map(|word| word.to_le_bytes());
    with_size(bytes.collect())
}

/// The blob of EQFIR: taps and shifts, and the number of one of them for each channel.
pub fn fir_blob(assignment: &[i16], responses: &[(Vec<i16>, i32)]) -> Vec<u8> {
    let mut halves = vec![assignment.len() as i16, responses.len() as i16];
    halves.extend([0; 8]);
    halves.extend(assignment);
    for (taps, shift) in responses {
        halves.extend([taps.len() as i16, *shift as i16]);
        halves.extend([0; 8]);
        halves.extend(taps);
    }
    let bytes = halves.iter().flat_map(|half| half.to_le_bytes());
    with_size(bytes.collect())
}

fn with_size(rest: Vec<u8>) -> Vec<u8> {
    let size = rest.len() as u32 + 4;
    [&size.to_le_bytes()[..], &rest].concat()
}
