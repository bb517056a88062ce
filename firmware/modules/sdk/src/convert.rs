//! Samples of each format as Q1.31, and back.
//!
//! Integers are rounded to the nearest one, halves upwards, and saturate. The
//! floating-point format follows IEEE 754: to the nearest value, halves to the
//! even one; NaN is silence, what is beyond full scale saturates. All of it is
//! integer arithmetic: the same on every machine, and without the FPU, whose
//! registers a thread would else have to be given.

use crate::format::SampleFormat;

/// How samples of one format are read and written.
pub trait Encoding {
    /// The format.
    const FORMAT: SampleFormat;
    /// What a sample is in memory.
    type Word: Copy;
    /// Silence.
    const SILENCE: Self::Word;
    /// A sample as Q1.31.
    fn decode(word: Self::Word) -> i32;
    /// The sample that comes closest to a value in Q1.31.
    fn encode(value: i32) -> Self::Word;
}

/// [`SampleFormat::S16`].
#[derive(Clone, Copy, Debug)]
pub struct S16;

/// [`SampleFormat::S24`].
#[derive(Clone, Copy, Debug)]
pub struct S24;

/// [`SampleFormat::S32`].
#[derive(Clone, Copy, Debug)]
pub struct S32;

/// [`SampleFormat::F32`].
#[derive(Clone, Copy, Debug)]
pub struct F32;

impl Encoding for S16 {
    const FORMAT: SampleFormat = SampleFormat::S16;
    type Word = i16;
    const SILENCE: i16 = 0;

    fn decode(word: i16) -> i32 {
        i32::from(word) << 16
    }

    fn encode(value: i32) -> i16 {
        (value.saturating_add(0x8000) >> 16) as i16
    }
}

impl Encoding for S24 {
    const FORMAT: SampleFormat = SampleFormat::S24;
    type Word = i32;
    const SILENCE: i32 = 0;

    /// Bits 31:24 are ignored: not everybody extends the sign.
    fn decode(word: i32) -> i32 {
        word << 8
    }

    fn encode(value: i32) -> i32 {
        value.saturating_add(0x80) >> 8
    }
}

impl Encoding for S32 {
    const FORMAT: SampleFormat = SampleFormat::S32;
    type Word = i32;
    const SILENCE: i32 = 0;

    fn decode(word: i32) -> i32 {
        word
    }

    fn encode(value: i32) -> i32 {
        value
    }
}

/// Exponent field of the value 2^-31 · 2^23: a mantissa as integer is Q1.31.
const EXPONENT_OF_Q31: u32 = 127 + 23 - 31;
/// Bits of the mantissa that are stored.
const MANTISSA_BITS: u32 = 23;
/// The exponent field of infinities and NaNs.
const EXPONENT_MAX: u32 = 0xFF;

impl Encoding for F32 {
    const FORMAT: SampleFormat = SampleFormat::F32;
    /// The bits of the floating-point number.
    type Word = i32;
    const SILENCE: i32 = 0;

    fn decode(word: i32) -> i32 {
        let exponent = word as u32 >> MANTISSA_BITS & EXPONENT_MAX;
        let fraction = word as u32 & ((1 << MANTISSA_BITS) - 1);
        let mantissa = fraction | 1 << MANTISSA_BITS;
        let magnitude = if exponent >= EXPONENT_OF_Q31 {
            let shift = exponent - EXPONENT_OF_Q31;
            if exponent == EXPONENT_MAX && fraction != 0 {
                return 0;
            }
            // From 2^31 on: full scale, which only the negative side has.
            if shift > 7 {
                return if word < 0 { i32::MIN } else { i32::MAX };
            }
            mantissa << shift
        } else {
            let shift = EXPONENT_OF_Q31 - exponent;
            if shift > MANTISSA_BITS + 1 {
                return 0;
            }
            round_to_even(mantissa, shift)
        };
        if word < 0 {
            -(magnitude as i32)
        } else {
            magnitude as i32
        }
    }

    fn encode(value: i32) -> i32 {
        if value == 0 {
            return 0;
        }
        let sign = value as u32 & 1 << 31;
        let magnitude = value.unsigned_abs();
        let zeros = magnitude.leading_zeros();
        // The leading one of the mantissa adds 1 to the exponent field, and so
        // does a carry of the rounding.
        let exponent = EXPONENT_OF_Q31 + 7 - zeros;
        let mantissa = if zeros >= 8 {
            magnitude << (zeros - 8)
        } else {
            round_to_even(magnitude, 8 - zeros)
        };
        (sign | ((exponent << MANTISSA_BITS) + mantissa)) as i32
    }
}

/// `value / 2^shift`, rounded to the nearest integer, halves to the even one.
fn round_to_even(value: u32, shift: u32) -> u32 {
    let floor = value >> shift;
    let rest = value & ((1 << shift) - 1);
    let half = 1 << (shift - 1);
    floor + u32::from(rest > half || rest == half && floor & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn float_of(value: i32) -> f32 {
        (f64::from(value) / 2f64.powi(31)) as f32
    }

    fn q31_of(value: f32) -> i32 {
        // The conversion saturates, and makes NaN 0.
        (f64::from(value) * 2f64.powi(31)).round_ties_even() as i32
    }

    #[test]
    fn edges_of_integers() {
        assert_eq!(S16::decode(i16::MIN), i32::MIN);
        assert_eq!(S16::encode(i32::MAX), i16::MAX);
        assert_eq!(S16::encode(i32::MIN), i16::MIN);
        assert_eq!(S16::encode(0x7FFF), 0);
        assert_eq!(S16::encode(0x8000), 1);
        assert_eq!(S16::encode(-0x8000), 0);
        assert_eq!(S16::encode(-0x8001), -1);
        assert_eq!(S24::encode(i32::MAX), 0x7F_FFFF);
        assert_eq!(S24::decode(0x0080_0000), i32::MIN);
        assert_eq!(S24::decode(-1), -0x100);
    }

    #[test]
    fn edges_of_floats() {
        for value in [
            0.0,
            -0.0,
            1.0,
            -1.0,
            0.5,
            f32::NAN,
            -f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
            f32::MIN_POSITIVE,
            1e-45,
            f32::MAX,
            0.999_999_94,
            -0.999_999_94,
            1.000_000_1,
            2f32.powi(-31),
            2f32.powi(-32),
            3.0 * 2f32.powi(-32),
            2.5 * 2f32.powi(-32),
            1.5 * 2f32.powi(-33),
            2f32.powi(-33),
        ] {
            assert_eq!(
                F32::decode(value.to_bits() as i32),
                q31_of(value),
                "{value}"
            );
        }
        for value in [
            0,
            1,
            -1,
            i32::MAX,
            i32::MIN,
            i32::MIN + 1,
            0x7FFF_FFC0,
            0x7FFF_FFBF,
            0x0180_0001,
        ] {
            assert_eq!(
                F32::encode(value),
                float_of(value).to_bits() as i32,
                "{value:#x}"
            );
        }
    }

    proptest! {
        #[test]
        fn floats_follow_ieee(bits: i32, value: i32, shift in 0..31u32) {
            let value = value >> shift;
            prop_assert_eq!(F32::encode(value), float_of(value).to_bits() as i32);
            prop_assert_eq!(F32::decode(bits), q31_of(f32::from_bits(bits as u32)));
            // Around full scale and below one step of Q1.31.
            let near = bits & 0x807F_FFFFu32 as i32 | (90 + bits % 19 + 19).min(127) << 23;
            prop_assert_eq!(F32::decode(near), q31_of(f32::from_bits(near as u32)));
        }

        #[test]
        fn narrow_samples_survive(value: i16, wide: i32) {
            prop_assert_eq!(S16::encode(S16::decode(value)), value);
            prop_assert_eq!(S24::encode(S24::decode(wide >> 8)), wide >> 8);
            let float = F32::encode(S24::decode(wide >> 8));
            prop_assert_eq!(S24::encode(F32::decode(float)), wide >> 8);
        }
    }
}
