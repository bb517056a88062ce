//! Timers.

use crate::object::{created, object};
use crate::raw::values;
use crate::{Deadline, Duration, Instant, Object, ObjectKind, Owned, Result, SysError};

object! {
    /// A timer: expires once, or again and again.
    Timer: Some(ObjectKind::Timer)
}

impl Timer {
    /// A timer that does not run.
    pub fn create() -> Result<Owned<Self>> {
        values!(TimerCreate).map(|(word, _)| created(word))
    }

    /// Expires once, at `time`; at once if that is past.
    pub fn start_once(self, time: Instant) -> Result<()> {
        self.start(time, 0)
    }

    /// Expires at `first` and then after each `period`, reckoned from `first`,
    /// so that nothing drifts. The period is at least a tick and at most 2³²−1.
    pub fn start_periodic(self, first: Instant, period: Duration) -> Result<()> {
        match u32::try_from(period.ticks()) {
            Ok(period) if period != 0 => self.start(first, period),
            _ => Err(SysError::InvalidValue),
        }
    }

    fn start(self, first: Instant, period: u32) -> Result<()> {
        let first = Deadline::at(first);
        values!(TimerStart, self.word(), first.low(), first.high(), period).map(drop)
    }

    /// Stops the timer and forgets its expiries.
    pub fn stop(self) -> Result<()> {
        values!(TimerStop, self.word()).map(drop)
    }

    /// Waits for the next expiry; how many there were since the last wait.
    pub fn wait(self, deadline: Deadline) -> Result<u32> {
        values!(TimerWait, self.word(), deadline.low(), deadline.high()).map(|(count, _)| count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_that_is_none_is_refused_without_a_call() {
        let timer = Timer::from_word(0x105).expect("a handle");
        let start = Instant::from_ticks(0);
        for ticks in [0, 1 << 32] {
            let period = Duration::from_ticks(ticks);
            assert_eq!(
                timer.start_periodic(start, period),
                Err(SysError::InvalidValue)
            );
        }
    }
}
