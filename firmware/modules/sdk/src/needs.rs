//! What a module can work with, and what it takes.

use crate::format::SampleFormat;

/// The samples that a module works with, for who reads its manifest. What a stream may be, with its
/// channels and its rate, `create` and `prepare` alone decide: only they know the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formats {
    /// Bit `n` stands for `SampleFormat::ALL[n]`.
    pub samples: u8,
}

impl Formats {
    /// All that there are, which is usual: samples are converted where they are read.
    pub const ANY: Self = Self {
        samples: (1 << SampleFormat::ALL.len()) - 1,
    };
}

/// The most that an instance takes of its surroundings, in bytes.
///
/// A built-in module is not held to it. One that was loaded gets no more heap than this, and,
/// where it has a thread of its own, a stack of this size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// All that is allocated at one time.
    pub heap: u32,
    /// The deepest stack.
    pub stack: u32,
}

impl Needs {
    /// Enough for what keeps a few blocks and some parameters.
    pub const USUAL: Self = Self {
        heap: 16 << 10,
        stack: 4 << 10,
    };
}
