//! Numbers that look random and are the same for the same seed.

/// A generator; xorshift of 32 bits.
#[derive(Clone, Copy, Debug)]
pub struct Random(u32);

impl Random {
    /// From a seed, or from the state that [`state`](Self::state) has told.
    pub const fn new(seed: u32) -> Self {
        Self(if seed == 0 { 0x1234_5678 } else { seed })
    }

    /// What continues the sequence.
    pub const fn state(self) -> u32 {
        self.0
    }

    /// The next word, of which each value but 0 is as likely.
    pub const fn word(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }

    /// A number below `bound`, which is not 0.
    pub const fn below(&mut self, bound: u32) -> u32 {
        // The upper bits are better than the lower ones.
        ((self.word() as u64 * bound as u64) >> 32) as u32
    }

    /// True once in so many times.
    pub const fn once_in(&mut self, times: u32) -> bool {
        self.below(times) == 0
    }
}
