//! Samples of each format as Q1.31, and back.

use acelab_module_sdk::SampleFormat;

/// What a sample is worth in Q1.31. `word` is the sample as an integer, or the
/// bits of a floating-point number.
pub fn decode(format: SampleFormat, word: i32) -> i32 {
    match format {
        SampleFormat::S16 => i32::from(word as i16) * 0x1_0000,
        // Only the low 24 bits count.
        SampleFormat::S24 => ((i64::from(word) & 0xFF_FFFF) * 0x100) as u32 as i32,
        SampleFormat::S32 => word,
        SampleFormat::F32 => {
            let value = f64::from(f32::from_bits(word as u32));
            // The conversion saturates, and makes NaN 0.
            (value * 2f64.powi(31)).round_ties_even() as i32
        }
    }
}

/// The sample that comes closest to a value in Q1.31; halves are rounded upwards,
/// but as IEEE 754 says for floating-point numbers.
pub fn encode(format: SampleFormat, value: i32) -> i32 {
    let narrow = |bits: u32| {
        let steps = f64::from(value) / 2f64.powi(32 - bits as i32);
        let highest = 2f64.powi(bits as i32 - 1) - 1.0;
        (steps + 0.5).floor().min(highest) as i32
    };
    match format {
        SampleFormat::S16 => narrow(16),
        SampleFormat::S24 => narrow(24),
        SampleFormat::S32 => value,
        SampleFormat::F32 => ((f64::from(value) / 2f64.powi(31)) as f32).to_bits() as i32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use acelab_module_sdk::{Encoding, F32, S16, S24, S32};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_firmware_converts_alike(word: i32, shift in 0..31u32) {
            let word = word >> shift;
            prop_assert_eq!(S16::decode(word as i16), decode(SampleFormat::S16, word));
            prop_assert_eq!(S24::decode(word), decode(SampleFormat::S24, word));
            prop_assert_eq!(S32::decode(word), decode(SampleFormat::S32, word));
            prop_assert_eq!(F32::decode(word), decode(SampleFormat::F32, word));
            prop_assert_eq!(i32::from(S16::encode(word)), encode(SampleFormat::S16, word));
            prop_assert_eq!(S24::encode(word), encode(SampleFormat::S24, word));
            prop_assert_eq!(S32::encode(word), encode(SampleFormat::S32, word));
            prop_assert_eq!(F32::encode(word), encode(SampleFormat::F32, word));
        }
    }
}
