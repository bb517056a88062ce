//! What code may do with a segment.

/// Rights of a segment. What is both written and executed has no value here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rights {
    /// Text.
    ReadExecute,
    /// Constants.
    Read,
    /// Data.
    ReadWrite,
}

/// Bit of a segment that is read.
pub const READ: u32 = 1 << 0;
/// Bit of a segment that is written.
pub const WRITE: u32 = 1 << 1;
/// Bit of a segment that is executed.
pub const EXECUTE: u32 = 1 << 2;

impl Rights {
    /// The bits in a file.
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::ReadExecute => READ | EXECUTE,
            Self::Read => READ,
            Self::ReadWrite => READ | WRITE,
        }
    }

    /// The rights with these bits.
    #[must_use]
    pub const fn from_bits(bits: u32) -> Option<Self> {
        const READ_EXECUTE: u32 = Rights::ReadExecute.bits();
        const READ_WRITE: u32 = Rights::ReadWrite.bits();
        match bits {
            READ_EXECUTE => Some(Self::ReadExecute),
            READ => Some(Self::Read),
            READ_WRITE => Some(Self::ReadWrite),
            _ => None,
        }
    }

    /// Whether bits ask for both writing and executing.
    #[must_use]
    pub const fn is_write_execute(bits: u32) -> bool {
        bits & (WRITE | EXECUTE) == WRITE | EXECUTE
    }

    /// Whether each domain has pages of its own for it.
    #[must_use]
    pub const fn is_private(self) -> bool {
        matches!(self, Self::ReadWrite)
    }
}
