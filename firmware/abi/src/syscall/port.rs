//! What threads say to the kernel about the ports of the link channels.

use crate::regs::ssp;

/// What `port_configure` reads, word by word in this order. The port is the one
/// of the link channel: SSP n belongs to channel n + 1 of either direction, the
/// digital microphones to channel 0 of the direction in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortParams {
    /// Frames per second, [`PortParams::RATES`].
    pub rate: u32,
    /// Slots of a frame, 1 to 8; channels of the microphones.
    pub slots: u32,
    /// Bits of a slot: 16 or 32; 32 for the microphones.
    pub slot_bits: u32,
    /// Slots that this direction uses, bit *i* for slot *i*; at least one.
    pub active: u32,
    /// Dividend of the bit clock's divider, 1 to [`PortParams::MAX_DIVIDER`]. The bit
    /// clock, `rate * slots * slot_bits`, must be [`ssp::SOURCE_HZ`]` * m / n`
    /// or a whole fraction of that, down to 1/4096. 1 for the microphones.
    pub m: u32,
    /// Divisor of the bit clock's divider, likewise.
    pub n: u32,
    /// 1: what goes out comes back in, and nothing leaves the port. 0 for the
    /// microphones.
    pub loopback: u32,
}

impl PortParams {
    /// Words in memory.
    pub const WORDS: usize = 7;
    /// Frames per second that a port can have.
    pub const RATES: core::ops::RangeInclusive<u32> = 8_000..=192_000;
    /// The most that a part of the divider can be.
    pub const MAX_DIVIDER: u32 = 0xF_FFFF;

    /// Of a serial port whose slots are all active, with the divider that makes
    /// the rate exact; `None` for numbers out of their range.
    #[must_use]
    pub const fn serial(rate: u32, slots: u32, slot_bits: u32) -> Option<Self> {
        if slots == 0 || slots > ssp::MAX_SLOTS || slot_bits > 32 || rate > *Self::RATES.end() {
            return None;
        }
        let clock = rate * slots * slot_bits;
        let shared = common_divisor(clock, ssp::SOURCE_HZ);
        if shared == 0 {
            return None;
        }
        Some(Self {
            rate,
            slots,
            slot_bits,
            active: (1 << slots) - 1,
            m: clock / shared,
            n: ssp::SOURCE_HZ / shared,
            loopback: 0,
        })
    }

    /// Of the digital microphones.
    #[must_use]
    pub const fn microphones(rate: u32, channels: u32) -> Self {
        Self {
            rate,
            slots: channels,
            slot_bits: 32,
            active: (1 << (channels & 0xF)) - 1,
            m: 1,
            n: 1,
            loopback: 0,
        }
    }

    /// The same with the loopback.
    #[must_use]
    pub const fn looped(mut self) -> Self {
        self.loopback = 1;
        self
    }

    /// The words in order.
    #[must_use]
    pub const fn to_words(self) -> [u32; Self::WORDS] {
        [
            self.rate,
            self.slots,
            self.slot_bits,
            self.active,
            self.m,
            self.n,
            self.loopback,
        ]
    }

    /// From the words in order.
    #[must_use]
    pub const fn from_words(words: [u32; Self::WORDS]) -> Self {
        let [rate, slots, slot_bits, active, m, n, loopback] = words;
        Self {
            rate,
            slots,
            slot_bits,
            active,
            m,
            n,
            loopback,
        }
    }
}

/// The greatest common divisor; 0 if both are.
const fn common_divisor(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    if a == 0 { b } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_divider_is_exact() {
        for rate in [8_000, 11_025, 44_100, 48_000, 96_000, 192_000] {
            for (slots, bits) in [(1, 16), (2, 16), (2, 32), (8, 32)] {
                let params = PortParams::serial(rate, slots, bits).expect("in range");
                let clock = u64::from(rate * slots * bits);
                assert_eq!(
                    u64::from(ssp::SOURCE_HZ) * u64::from(params.m),
                    clock * u64::from(params.n)
                );
                assert!(params.m <= PortParams::MAX_DIVIDER && params.n <= PortParams::MAX_DIVIDER);
                assert_eq!(PortParams::from_words(params.to_words()), params);
            }
        }
        assert_eq!(PortParams::serial(48_000, 9, 32), None);
        assert_eq!(PortParams::serial(48_000, 0, 32), None);
        assert_eq!(PortParams::serial(u32::MAX, 2, 32), None);
    }
}
