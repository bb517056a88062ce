//! The ways from one volume to another.
//!
//! A curve is evaluated at a fraction of its duration, Q0.31. Powers come from
//! tables of 33 points with straight lines between them; the tables are computed
//! by the compiler, in integers.

/// Steps of a table.
const STEPS: usize = 32;
/// Bits of a fraction below a step.
const STEP_BITS: u32 = 26;

/// Volumes below are the bottom of the logarithmic curve: -90.3 dB.
const BOTTOM: u32 = 1 << 16;

/// Shape of a curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Straight.
    Linear,
    /// The power 1.75, from or to the lower end.
    Fade,
    /// Straight in decibels.
    Logarithmic,
}

/// A curve between two volumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Curve {
    shape: Shape,
    /// Volumes, or their logarithms.
    from: u32,
    to: u32,
}

impl Curve {
    /// No way at all.
    pub const FLAT: Self = Self {
        shape: Shape::Linear,
        from: 0,
        to: 0,
    };

    /// From one volume to another, both Q1.31 without sign.
    pub fn new(shape: Shape, from: u32, to: u32) -> Self {
        let (from, to) = match shape {
            Shape::Linear | Shape::Fade => (from, to),
            Shape::Logarithmic => (log2(from.max(BOTTOM)), log2(to.max(BOTTOM))),
        };
        Self { shape, from, to }
    }

    /// The volume at `fraction` (Q0.31, below 1) of the way.
    pub fn at(&self, fraction: u32) -> u32 {
        match self.shape {
            Shape::Linear => between(self.from, self.to, fraction),
            Shape::Fade if self.from <= self.to => {
                between(self.from, self.to, interpolate(&FADE, fraction))
            }
            Shape::Fade => {
                let left = (1 << 31) - fraction;
                between(self.to, self.from, interpolate(&FADE, left))
            }
            Shape::Logarithmic => exp2(between(self.from, self.to, fraction)),
        }
    }
}

/// `from + (to - from) · fraction`, rounded downwards.
fn between(from: u32, to: u32, fraction: u32) -> u32 {
    let way = i64::from(to) - i64::from(from);
    (i64::from(from) + ((way * i64::from(fraction)) >> 31)) as u32
}

/// The value of a table at `fraction` (Q0.31, at most 1).
fn interpolate(table: &[u32; STEPS + 1], fraction: u32) -> u32 {
    let step = (fraction >> STEP_BITS) as usize;
    match (table.get(step), table.get(step + 1)) {
        (Some(low), Some(high)) => {
            between(*low, *high, (fraction << (31 - STEP_BITS)) & 0x7FFF_FFFF)
        }
        _ => table[STEPS],
    }
}

/// Logarithm to the base 2 of `value / 2^16`, with 26 bits behind the point;
/// `value` is at least 2^16 and below 2^31.
fn log2(value: u32) -> u32 {
    let whole = value.ilog2();
    // In [1, 2) with 63 bits behind the point, squared for each further bit.
    let mut rest = u128::from(value) << (63 - whole);
    let mut log = whole - 16;
    for _ in 0..STEP_BITS {
        rest = (rest * rest) >> 63;
        let bit = (rest >> 64) as u32;
        rest >>= bit;
        log = log << 1 | bit;
    }
    log
}

/// The inverse of [`log2`]: 2^16 · 2^(log / 2^26).
fn exp2(log: u32) -> u32 {
    let whole = log >> STEP_BITS;
    let fraction = (log << (31 - STEP_BITS)) & 0x7FFF_FFFF;
    // Q1.30 in [1, 2).
    interpolate(&POWERS, fraction) >> (14 - whole.min(14))
}

/// (n / 32)^1.75 in Q1.31, rounded downwards.
static FADE: [u32; STEPS + 1] = {
    let mut table = [0; STEPS + 1];
    let mut n = 0;
    while n <= STEPS {
        // The fourth root of n^7 · 2^(4·31 - 7·5).
        let power = (n as u128).pow(7) << 89;
        table[n] = power.isqrt().isqrt() as u32;
        n += 1;
    }
    table
};

/// 2^(n / 32) in Q1.30, rounded downwards.
static POWERS: [u32; STEPS + 1] = {
    let mut table = [0; STEPS + 1];
    let mut n = 0;
    while n <= STEPS {
        // From 2^(1/2), 2^(1/4), … for each bit of n, in Q2.62.
        let mut root: u128 = 2 << 62;
        let mut value: u128 = 1 << 62;
        let mut bit = STEPS / 2;
        while bit > 0 {
            root = (root << 62).isqrt();
            if n & bit != 0 {
                value = (value * root) >> 62;
            }
            bit /= 2;
        }
        if n == STEPS {
            value = 2 << 62;
        }
        table[n] = (value >> 32) as u32;
        n += 1;
    }
    table
};
