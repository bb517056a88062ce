//! How much a stream may move when nothing but the tick holds it back.

/// Frames per tick of 1 ms at a rate, exactly in the long run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    rate: u32,
    /// Thousandths of a frame that are left over.
    rest: u32,
    credit: u32,
}

impl Pace {
    pub(crate) const fn new(rate: u32) -> Self {
        Self {
            rate,
            rest: 0,
            credit: 0,
        }
    }

    /// A tick has come: the frames that may be moved now. What was not moved
    /// before may be caught up, as long as it is no more than `most` frames.
    pub(crate) fn tick(&mut self, most: usize) -> usize {
        let sum = self.rate + self.rest;
        // A division by a constant, which is a multiplication.
        let frames = sum / 1000;
        self.rest = sum - frames * 1000;
        self.credit = (self.credit + frames).min(most as u32);
        self.credit as usize
    }

    /// So many have been moved.
    pub(crate) fn moved(&mut self, frames: usize) {
        self.credit = self.credit.saturating_sub(frames as u32);
    }

    /// The stream starts anew.
    pub(crate) fn reset(&mut self) {
        *self = Self::new(self.rate);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_long_run_is_exact_for_every_usual_rate() {
        for rate in [8_000, 11_025, 22_050, 44_100, 48_000, 192_000] {
            let mut pace = Pace::new(rate);
            let mut sum = 0;
            for _ in 0..1000 {
                let frames = pace.tick(1000);
                pace.moved(frames);
                sum += frames;
            }
            assert_eq!(sum, rate as usize);
        }
    }

    #[test]
    fn what_was_missed_is_caught_up_within_bounds() {
        let mut pace = Pace::new(48_000);
        assert_eq!(pace.tick(96), 48);
        assert_eq!(pace.tick(96), 96);
        assert_eq!(pace.tick(96), 96);
        pace.moved(60);
        assert_eq!(pace.tick(96), 84);
        pace.reset();
        assert_eq!(pace.tick(96), 48);
    }
}
