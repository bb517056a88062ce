//! Points of time, spans and deadlines, all on the wall clock.

use core::ops::{Add, Sub};

use acelab_abi::clock::{ticks_from_micros, ticks_to_micros};
use acelab_abi::syscall::FOREVER;

use crate::Result;
use crate::raw::values;

/// A span of time, in whole ticks of the wall clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration(u64);

impl Duration {
    /// No time.
    pub const ZERO: Self = Self(0);

    /// Whole ticks of 38.4 MHz.
    #[must_use]
    pub const fn from_ticks(ticks: u64) -> Self {
        Self(ticks)
    }

    /// At least so many microseconds: rounded up to a tick.
    #[must_use]
    pub const fn from_micros(micros: u32) -> Self {
        Self(ticks_from_micros(micros as u64))
    }

    /// So many milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u32) -> Self {
        Self(ticks_from_micros(millis as u64 * 1000))
    }

    /// Ticks.
    #[must_use]
    pub const fn ticks(self) -> u64 {
        self.0
    }

    /// Microseconds, rounded down.
    #[must_use]
    pub const fn as_micros(self) -> u64 {
        ticks_to_micros(self.0)
    }
}

/// A point of time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Instant {
    /// When the wall clock reads `ticks`.
    #[must_use]
    pub const fn from_ticks(ticks: u64) -> Self {
        Self(ticks)
    }

    /// What the wall clock reads then.
    #[must_use]
    pub const fn ticks(self) -> u64 {
        self.0
    }

    /// Time from `earlier` to this; zero if that is later.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl Sub for Instant {
    type Output = Duration;

    fn sub(self, earlier: Self) -> Duration {
        self.since(earlier)
    }
}

/// Until when a call waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deadline(u64);

impl Deadline {
    /// The call does not wait at all.
    pub const NOW: Self = Self(0);
    /// The call waits as long as it takes.
    pub const FOREVER: Self = Self(FOREVER);

    /// At that time.
    #[must_use]
    pub const fn at(time: Instant) -> Self {
        Self(time.0)
    }

    /// When so much time has passed from now.
    #[must_use]
    pub fn after(span: Duration) -> Self {
        Self::at(now() + span)
    }

    /// When so many microseconds have passed from now.
    #[must_use]
    pub fn after_micros(micros: u32) -> Self {
        Self::after(Duration::from_micros(micros))
    }

    /// When so many milliseconds have passed from now.
    #[must_use]
    pub fn after_millis(millis: u32) -> Self {
        Self::after(Duration::from_millis(millis))
    }

    /// The lower word, as calls take it.
    pub(crate) const fn low(self) -> u32 {
        self.0 as u32
    }

    /// The upper word.
    pub(crate) const fn high(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

/// The time now.
#[must_use]
pub fn now() -> Instant {
    // The call has no error.
    let (low, high) = values!(ClockNow).unwrap_or_default();
    Instant(u64::from(high) << 32 | u64::from(low))
}

/// Sleeps at least so long.
pub fn sleep(span: Duration) -> Result<()> {
    sleep_until(Deadline::after(span))
}

/// Sleeps until `deadline`; not at all if that is past.
pub fn sleep_until(deadline: Deadline) -> Result<()> {
    values!(ThreadSleep, deadline.low(), deadline.high()).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::fake;
    use acelab_abi::syscall::Syscall;

    #[test]
    fn spans_round_up_and_never_wrap() {
        assert_eq!(Duration::from_micros(1).ticks(), 39);
        assert_eq!(Duration::from_micros(5).ticks(), 192);
        assert_eq!(
            Duration::from_micros(u32::MAX).as_micros(),
            u64::from(u32::MAX)
        );
        assert_eq!(Duration::from_millis(1).ticks(), 38_400);
        let end = Instant::from_ticks(u64::MAX);
        assert_eq!(
            Deadline::at(end + Duration::from_ticks(9)),
            Deadline::FOREVER
        );
        assert_eq!(Instant::from_ticks(3) - end, Duration::ZERO);
    }

    #[test]
    fn a_deadline_goes_out_in_two_words() {
        fake::install(|call, args| match call {
            Syscall::ClockNow => Ok((0xFFFF_FFFF, 1)),
            Syscall::ThreadSleep => {
                assert_eq!(args[..2], [0x95FF, 2]);
                Ok((0, 0))
            }
            other => panic!("{other:?}"),
        });
        sleep(Duration::from_millis(1)).expect("sleep");
    }
}
