//! Random inputs and the hash of outputs.

/// A source of numbers, the same on every machine for the same seed.
pub struct Random(u64);

impl Random {
    /// Starts with a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// SplitMix64.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform in `0..limit`; `limit` is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        (((self.next() >> 32) * limit as u64) >> 32) as usize
    }

    /// A sample: small ones are as likely as large ones, and some are the largest.
    pub fn sample(&mut self) -> i32 {
        let value = self.next();
        match value >> 60 {
            0 => i32::MAX,
            1 => i32::MIN,
            2 => 0,
            _ => value as i32 >> (value >> 32 & 31),
        }
    }
}

/// A 64-bit running hash.
pub struct Hash(u64);

impl Hash {
    /// Of nothing.
    pub const fn new() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }

    /// Folds in one result.
    pub fn put(&mut self, value: u32) {
        let mixed = (self.0 ^ u64::from(value)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 29);
    }

    /// The hash.
    pub fn finish(self) -> u64 {
        self.0
    }
}
