//! Virtual time and the clocks derived from it.
//!
//! The machine has one time base, nanoseconds since it was created. The wall
//! clock and the cores' cycle counters are exact rational multiples of it.

use core::fmt;

/// Core clock in hertz: one instruction takes 2 ns of virtual time
/// (`-icount shift=1`). Panther Lake runs its cores at 442.368 MHz.
pub const CORE_HZ: u32 = 500_000_000;

/// Nanoseconds of virtual time that one instruction takes.
pub const NANOS_PER_INSTRUCTION: u64 = 2;

/// Wall clock (TTS block) in hertz, as in Zephyr's `intel_adsp_ace30` device
/// tree.
pub const WALL_HZ: u32 = 38_400_000;

/// 38.4 ticks per µs in lowest terms: 192 ticks are 5 µs.
const TICKS_PER_MICROS: u64 = 192;
const MICROS_PER_TICKS: u64 = 5;
const _: () = assert!(WALL_HZ as u64 * MICROS_PER_TICKS == TICKS_PER_MICROS * 1_000_000);

/// Wall clock ticks in whole microseconds, rounded down.
#[must_use]
pub const fn ticks_to_micros(ticks: u64) -> u64 {
    let whole = ticks / TICKS_PER_MICROS;
    let rest = (ticks - whole * TICKS_PER_MICROS) as u32;
    whole * MICROS_PER_TICKS + (rest * MICROS_PER_TICKS as u32 / TICKS_PER_MICROS as u32) as u64
}

/// Microseconds in wall clock ticks, rounded up. Good for 3000 years.
#[must_use]
pub const fn ticks_from_micros(micros: u64) -> u64 {
    (micros * TICKS_PER_MICROS).div_ceil(MICROS_PER_TICKS)
}

/// Milliseconds in wall clock ticks.
#[must_use]
pub const fn ticks_from_millis(millis: u32) -> u64 {
    millis as u64 * (WALL_HZ as u64 / 1000)
}

/// 38.4 MHz over 1 GHz in lowest terms: ticks = nanoseconds × 24 / 625.
const TICKS_PER: u128 = 24;
const NANOS_PER: u128 = 625;

/// A point in virtual time, or a span of it, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nanos(pub u64);

impl Nanos {
    /// The moment the machine was created.
    pub const ZERO: Self = Self(0);

    /// A span of whole microseconds.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros.saturating_mul(1_000))
    }

    /// A span of whole milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }

    /// The sum, or the end of time if it does not fit.
    #[must_use]
    pub const fn saturating_add(self, span: Self) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl fmt::Display for Nanos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ns", self.0)
    }
}

/// A value of the 64-bit wall clock that runs at [`WALL_HZ`] from time zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WallTicks(pub u64);

impl WallTicks {
    /// What the wall clock reads at `now` (rounded down).
    pub const fn at(now: Nanos) -> Self {
        Self((now.0 as u128 * TICKS_PER / NANOS_PER) as u64)
    }

    /// The first moment at which the wall clock reads this value or more, or
    /// `None` if virtual time ends before.
    pub const fn reached_at(self) -> Option<Nanos> {
        let nanos = (self.0 as u128 * NANOS_PER).div_ceil(TICKS_PER);
        if nanos <= u64::MAX as u128 {
            Some(Nanos(nanos as u64))
        } else {
            None
        }
    }

    /// The lower word.
    pub const fn low(self) -> u32 {
        self.0 as u32
    }

    /// The upper word.
    pub const fn high(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_millisecond_is_38400_ticks() {
        assert_eq!(WallTicks::at(Nanos::from_millis(1)), WallTicks(38_400));
        assert_eq!(WallTicks(38_400).reached_at(), Some(Nanos::from_millis(1)));
    }

    #[test]
    fn a_tick_that_time_never_reaches_has_no_moment() {
        assert_eq!(WallTicks(u64::MAX).reached_at(), None);
    }

    proptest! {
        #[test]
        fn micros_survive_the_way_to_ticks_and_back(micros in 0u64..1 << 40) {
            prop_assert_eq!(ticks_to_micros(ticks_from_micros(micros)), micros);
        }

        #[test]
        fn micros_are_rounded_down(ticks in 0u64..1 << 58) {
            let exact = u128::from(ticks) * 1_000_000 / u128::from(WALL_HZ);
            prop_assert_eq!(u128::from(ticks_to_micros(ticks)), exact);
        }

        #[test]
        fn the_reported_moment_is_the_first_one(ticks in 0..u64::MAX / 32) {
            let first = WallTicks(ticks).reached_at().expect("in range");
            prop_assert!(WallTicks::at(first) >= WallTicks(ticks));
            if first.0 > 0 {
                prop_assert!(WallTicks::at(Nanos(first.0 - 1)) < WallTicks(ticks));
            }
        }
    }
}
