//! A format as the controller's FMT field writes it.

use acelab_signal::{Format, Sample};

const BASE_44_1: u32 = 1 << 14;
const MULTIPLE_SHIFT: u32 = 11;
const DIVISOR_SHIFT: u32 = 8;
const BITS_SHIFT: u32 = 4;

/// The FMT field (HDA specification 1.0a, 3.7.1). Rates that it cannot express are left
/// out: the DSP does not take its rate from here.
pub fn fmt(format: Format) -> u32 {
    let rate = [(48_000, 0), (44_100, BASE_44_1)]
        .into_iter()
        .flat_map(|(base, bit)| {
            (1..=4_u32).flat_map(move |multiple| {
                (1..=8_u32).map(move |divisor| (base * multiple, divisor, bit, multiple))
            })
        })
        .find(|(clock, divisor, ..)| clock % divisor == 0 && clock / divisor == format.rate)
        .map_or(0, |(_, divisor, bit, multiple)| {
            bit | (multiple - 1) << MULTIPLE_SHIFT | (divisor - 1) << DIVISOR_SHIFT
        });
    let bits = match format.sample {
        Sample::S16 => 1,
        Sample::S24 => 3,
        Sample::S32 | Sample::F32 => 4,
    };
    rate | bits << BITS_SHIFT | u32::from(format.channels - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_those_of_the_specification() {
        for (text, expected) in [
            ("s16le/48000/2", 0x0011),
            ("s16le/44100/2", 0x4011),
            ("s32le/96000/1", 0x0840),
            ("s24le/192000/8", 0x1837),
            ("s16le/8000/1", 0x0510),
            ("s16le/8001/1", 0x0010),
        ] {
            assert_eq!(fmt(text.parse().expect(text)), expected, "{text}");
        }
    }
}
