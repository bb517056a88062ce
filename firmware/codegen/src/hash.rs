//! What results are folded into.

use core::fmt;
use core::hint::black_box;

/// A 64-bit running hash.
pub(crate) struct Hash(u64);

impl Hash {
    pub fn new() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }

    /// Folds in one result.
    pub fn put(&mut self, value: impl Word) {
        let word = black_box(value).word();
        let mixed = (self.0 ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 29);
    }

    /// Folds in a result that may be absent.
    pub fn maybe(&mut self, value: Option<impl Word>) {
        match value {
            Some(value) => {
                self.put(1u8);
                self.put(value);
            }
            None => self.put(0u8),
        }
    }

    /// Folds in a result with its overflow flag.
    pub fn flagged(&mut self, (value, overflow): (impl Word, bool)) {
        self.put(value);
        self.put(overflow);
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        self.put(bytes.len() as u32);
        for byte in bytes {
            self.put(*byte);
        }
    }

    /// Folds in formatted text.
    pub fn text(&mut self, text: fmt::Arguments<'_>) {
        let ok = fmt::Write::write_fmt(self, text).is_ok();
        self.put(ok);
    }

    pub fn finish(self) -> u64 {
        self.0
    }
}

impl fmt::Write for Hash {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        self.bytes(s.as_bytes());
        Ok(())
    }
}

/// A result as 64 bits.
pub(crate) trait Word {
    fn word(self) -> u64;
}

macro_rules! words {
    ($($int:ty)*) => {$(
        impl Word for $int {
            fn word(self) -> u64 {
                self as u64
            }
        }
    )*};
}
words! { u8 i8 u16 i16 u32 i32 u64 i64 bool char }

impl Word for usize {
    /// Cut to 32 bits, which is what the DSP has.
    fn word(self) -> u64 {
        self as u32 as u64
    }
}

impl Word for u128 {
    fn word(self) -> u64 {
        (self as u64) ^ ((self >> 64) as u64).rotate_left(23)
    }
}

impl Word for i128 {
    fn word(self) -> u64 {
        (self as u128).word()
    }
}

impl Word for f32 {
    /// All NaNs are one: their payload is the business of the machine.
    fn word(self) -> u64 {
        if self.is_nan() {
            0x7FC0_0000
        } else {
            self.to_bits() as u64
        }
    }
}

impl Word for f64 {
    fn word(self) -> u64 {
        if self.is_nan() {
            0x7FF8_0000_0000_0000
        } else {
            self.to_bits()
        }
    }
}

impl Word for core::cmp::Ordering {
    fn word(self) -> u64 {
        self as i8 as u64
    }
}
