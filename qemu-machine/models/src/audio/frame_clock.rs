//! When the frames of a port begin.

use acelab_abi::clock::Nanos;

const NANOS_PER_SECOND: u128 = 1_000_000_000;

/// The highest rate that a port takes, in frames per second.
pub(super) const MAX_RATE: u64 = 1_000_000;

/// Frames at an exact rational rate from a moment on. Every time is computed
/// from that moment, so nothing drifts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameClock {
    pub(super) start: Nanos,
    /// Frames per second; neither is zero.
    rate: u32,
    per: u32,
}

impl FrameClock {
    /// `rate` / `per` frames a second, or `None` if that is not between 1 and
    /// [`MAX_RATE`].
    pub(super) fn new(start: Nanos, rate: u64, per: u64) -> Option<Self> {
        if per == 0 || rate < per || rate / MAX_RATE > per {
            return None;
        }
        let divisor = gcd(rate, per);
        let (rate, per) = (rate / divisor, per / divisor);
        if rate > MAX_RATE.saturating_mul(per) {
            return None;
        }
        Some(Self {
            start,
            rate: u32::try_from(rate).ok()?,
            per: u32::try_from(per).ok()?,
        })
    }

    /// Frames per second as a fraction in lowest terms.
    pub(super) const fn rate(&self) -> (u32, u32) {
        (self.rate, self.per)
    }

    /// Frames of one burst: what the link moves at once, a quarter of a
    /// millisecond's worth, rounded down.
    pub(super) fn burst(&self) -> u64 {
        u64::from(self.rate / self.per / BURSTS_PER_SECOND).max(1)
    }

    /// When frame `frame` begins: the first nanosecond that is not before it.
    /// `None` when virtual time ends before.
    pub(super) fn begin(&self, frame: u64) -> Option<Nanos> {
        let passed = u128::from(frame) * u128::from(self.per) * NANOS_PER_SECOND;
        let nanos = passed.div_ceil(u128::from(self.rate)) + u128::from(self.start.0);
        u64::try_from(nanos).ok().map(Nanos)
    }

    /// The first frame that begins at `now` or later.
    pub(super) fn next(&self, now: Nanos) -> u64 {
        let frame = self.complete(now);
        match self.begin(frame) {
            Some(begin) if begin >= now => frame,
            _ => frame.saturating_add(1),
        }
    }

    /// How many frames have ended by `now`.
    pub(super) fn complete(&self, now: Nanos) -> u64 {
        let passed = u128::from(now.0.saturating_sub(self.start.0));
        let frames = passed * u128::from(self.rate) / (u128::from(self.per) * NANOS_PER_SECOND);
        frames as u64
    }
}

/// Bursts that the link makes in a second, about.
pub(super) const BURSTS_PER_SECOND: u32 = 4000;

const fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clock(rate: u64, per: u64) -> FrameClock {
        FrameClock::new(Nanos(17), rate, per).expect("a rate")
    }

    #[test]
    fn a_second_has_its_frames_and_not_one_more() {
        let cd = clock(44_100, 1);
        assert_eq!(cd.begin(0), Some(Nanos(17)));
        assert_eq!(cd.begin(44_100), Some(Nanos(1_000_000_017)));
        assert_eq!(cd.begin(441), Some(Nanos(10_000_017)));
        assert_eq!(cd.begin(44_100 * 3600), Some(Nanos(3_600_000_000_017)));
    }

    #[test]
    fn a_burst_is_a_quarter_of_a_millisecond_at_most() {
        let bursts = [8_000, 44_100, 48_000, 192_000].map(|rate| clock(rate, 1).burst());
        assert_eq!(bursts, [2, 11, 12, 48]);
        assert_eq!(clock(1, 1).burst(), 1);
    }

    #[test]
    fn rates_out_of_range_are_none() {
        for (rate, per) in [(0, 1), (1, 0), (1, 2), (MAX_RATE + 1, 1), (u64::MAX, 1)] {
            assert_eq!(
                FrameClock::new(Nanos::ZERO, rate, per),
                None,
                "{rate}/{per}"
            );
        }
        assert_eq!(clock(38_400_000 * 2, 25 * 64).rate(), (48_000, 1));
    }

    proptest! {
        #[test]
        fn the_next_frame_begins_now_or_is_the_first_after(
            rate in 1..=MAX_RATE, now in 0..1_u64 << 50,
        ) {
            let clock = FrameClock::new(Nanos(5), rate, 1).expect("a rate");
            let next = clock.next(Nanos(now));
            prop_assert!(clock.begin(next).expect("near") >= Nanos(now));
            if next > 0 {
                prop_assert!(clock.begin(next - 1).expect("near") < Nanos(now));
            }
        }

        #[test]
        fn any_clock_answers_anything(
            start in any::<u64>(), rate in any::<u64>(), per in any::<u64>(),
            frame in any::<u64>(), now in any::<u64>(),
        ) {
            if let Some(clock) = FrameClock::new(Nanos(start), rate, per) {
                let _ = (clock.begin(frame), clock.next(Nanos(now)), clock.complete(Nanos(now)));
                prop_assert!(clock.burst() >= 1);
            }
        }
    }
}
