//! Random and edge inputs.

use core::hint::black_box;

/// A source of inputs, the same on every machine for the same seed.
pub(crate) struct Inputs(u64);

impl Inputs {
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
    pub fn below(&mut self, limit: u32) -> u32 {
        (((self.next() >> 32) * u64::from(limit)) >> 32) as u32
    }

    pub fn bool(&mut self) -> bool {
        self.next() >> 63 == 1
    }

    /// A value of any size: small ones are as likely as large ones.
    pub fn value<T: Input>(&mut self) -> T {
        T::random(self)
    }

    pub fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.next() as u8;
        }
    }

    /// Calls `use_pair` with each pair of edge values and with `count` random pairs.
    pub fn pairs<T: Input>(&mut self, count: u32, mut use_pair: impl FnMut(T, T)) {
        for a in black_box(T::EDGES) {
            for b in black_box(T::EDGES) {
                use_pair(*a, *b);
            }
        }
        for _ in 0..count {
            let (a, b) = (self.value(), self.value());
            use_pair(a, b);
        }
    }

    /// Calls `use_value` with each edge value and with `count` random ones.
    pub fn values<T: Input>(&mut self, count: u32, mut use_value: impl FnMut(T)) {
        for a in black_box(T::EDGES) {
            use_value(*a);
        }
        for _ in 0..count {
            use_value(self.value());
        }
    }
}

/// A type with edge values.
pub(crate) trait Input: Copy + 'static {
    const EDGES: &'static [Self];
    fn random(inputs: &mut Inputs) -> Self;
}

macro_rules! input {
    ($($unsigned:ident $signed:ident)*) => {$(
        impl Input for $unsigned {
            const EDGES: &'static [Self] = &[
                0, 1, 2, 3, 7, 10, $unsigned::MAX, $unsigned::MAX - 1, $unsigned::MAX / 2,
                $unsigned::MAX / 2 + 1, $unsigned::MAX / 3, 1 << ($unsigned::BITS / 2),
            ];
            fn random(inputs: &mut Inputs) -> Self {
                let wide = u128::from(inputs.next()) << 64 | u128::from(inputs.next());
                (wide as $unsigned) >> inputs.below($unsigned::BITS)
            }
        }
        impl Input for $signed {
            const EDGES: &'static [Self] = &[
                0, 1, -1, 2, -2, 10, -10, $signed::MAX, $signed::MIN, $signed::MAX - 1,
                $signed::MIN + 1, 1 << ($signed::BITS / 2),
            ];
            fn random(inputs: &mut Inputs) -> Self {
                let size = inputs.value::<$unsigned>() as $signed;
                if inputs.bool() { size.wrapping_neg() } else { size }
            }
        }
    )*};
}
input! { u8 i8 u16 i16 u32 i32 u64 i64 u128 i128 }

impl Input for f32 {
    const EDGES: &'static [Self] = &[
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        3.0,
        f32::MAX,
        f32::MIN,
        f32::MIN_POSITIVE,
        1e-45,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::NAN,
        f32::EPSILON,
        16_777_216.0,
        2_147_483_648.0,
        -2_147_483_904.0,
        4_294_967_296.0,
    ];
    /// Half of them with any bits, half of a moderate size.
    fn random(inputs: &mut Inputs) -> Self {
        let bits = inputs.next() as u32;
        if inputs.bool() {
            f32::from_bits(bits)
        } else {
            f32::from_bits(bits & 0x807F_FFFF | (100 + inputs.below(56)) << 23)
        }
    }
}

impl Input for f64 {
    const EDGES: &'static [Self] = &[
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        3.0,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        5e-324,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
        f64::EPSILON,
        9_007_199_254_740_992.0,
        9_223_372_036_854_775_808.0,
        1.8446744073709552e19,
        4_294_967_295.5,
    ];
    fn random(inputs: &mut Inputs) -> Self {
        let bits = inputs.next();
        if inputs.bool() {
            f64::from_bits(bits)
        } else {
            let exponent = u64::from(960 + inputs.below(128));
            f64::from_bits(bits & 0x800F_FFFF_FFFF_FFFF | exponent << 52)
        }
    }
}
