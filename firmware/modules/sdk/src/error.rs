//! What can be wrong with what a module is given.

use core::fmt;

use acelab_abi::ipc4::wire::{Full, Truncated};

/// The allocator has no memory left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory;

/// Why an audio format is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// The sampling rate is not in `MIN_RATE..=MAX_RATE`; its value in Hz.
    Rate(u32),
    /// The number of channels is not in `1..=MAX_CHANNELS`; its value.
    Channels(u8),
    /// No such combination of container, valid bits and sample type.
    Sample {
        /// Bits of the container.
        depth: u32,
        /// Bits that carry the sample.
        valid: u8,
        /// The IPC4 sample type.
        kind: u8,
    },
    /// The samples of a frame do not follow each other.
    Interleaving(u32),
    /// No such channel configuration.
    Layout(u32),
}

/// Why an instance is not made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreateError {
    /// The payload is shorter or longer than its contents say; its bytes.
    Length(usize),
    /// A format in the payload is not one.
    Format(FormatError),
    /// The field called so has a value that it cannot have.
    Value(&'static str),
    /// The field that a loaded module calls so has a value that it cannot have.
    Field(FieldName),
    /// No memory for the instance.
    Memory,
    /// The code of a loaded module was stopped; a word of the system that says why.
    Fault(u32),
}

/// Why a module cannot work with the pins as they are bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrepareError {
    /// The wrong number of inputs or outputs.
    Pins,
    /// A format that the module does not convert from or to.
    Format,
    /// No memory for buffers.
    Memory,
    /// The code of a loaded module was stopped, now or before: it is gone.
    Fault,
}

/// Why samples could not be processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessError {
    /// The module was not prepared for the pins that it was given.
    NotPrepared,
    /// The samples make no sense to the module; a word of its choice.
    Data(u32),
    /// The code of a loaded module was stopped, now or before; a word of the system
    /// that says why.
    Fault(u32),
}

/// Why a parameter is not set or not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfigError {
    /// The module has no such parameter, or not in this direction.
    UnknownParam,
    /// The data is too short, too long, or does not fit into the reply.
    Length,
    /// The data has values that it cannot have.
    Value,
    /// A fragment that does not follow the one before it.
    Sequence,
    /// No memory for the data.
    Memory,
    /// The code of a loaded module was stopped, now or before: it is gone.
    Fault,
}

/// Longest [`FieldName`] in bytes.
const NAME_BYTES: usize = 24;

/// The name of a field as a loaded module has said it. Its first bytes that are
/// text; what is too long is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldName([u8; NAME_BYTES]);

impl FieldName {
    /// From bytes that end with a zero, or with the array.
    pub const fn new(bytes: [u8; NAME_BYTES]) -> Self {
        Self(bytes)
    }

    /// From text.
    pub fn of(text: &str) -> Self {
        let mut bytes = [0; NAME_BYTES];
        for (place, byte) in bytes.iter_mut().zip(text.bytes()) {
            *place = byte;
        }
        Self(bytes)
    }

    /// The bytes, zeros behind the text.
    pub const fn bytes(&self) -> &[u8; NAME_BYTES] {
        &self.0
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|byte| !(b' '..=b'~').contains(byte));
        let text = &self.0[..end.unwrap_or(NAME_BYTES)];
        core::str::from_utf8(text).unwrap_or("")
    }
}

impl From<FormatError> for CreateError {
    fn from(error: FormatError) -> Self {
        Self::Format(error)
    }
}

impl From<OutOfMemory> for CreateError {
    fn from(_: OutOfMemory) -> Self {
        Self::Memory
    }
}

impl From<OutOfMemory> for PrepareError {
    fn from(_: OutOfMemory) -> Self {
        Self::Memory
    }
}

impl From<OutOfMemory> for ConfigError {
    fn from(_: OutOfMemory) -> Self {
        Self::Memory
    }
}

impl From<Truncated> for ConfigError {
    fn from(_: Truncated) -> Self {
        Self::Length
    }
}

impl From<Full> for ConfigError {
    fn from(_: Full) -> Self {
        Self::Length
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rate(rate) => write!(f, "impossible sampling rate {rate} Hz"),
            Self::Channels(count) => write!(f, "impossible number of channels {count}"),
            Self::Sample { depth, valid, kind } => {
                write!(f, "no samples of {valid} bits in {depth} of type {kind}")
            }
            Self::Interleaving(style) => write!(f, "no interleaving style {style}"),
            Self::Layout(layout) => write!(f, "no channel configuration {layout}"),
        }
    }
}

impl fmt::Display for CreateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(bytes) => {
                write!(f, "payload of {bytes} bytes does not hold what it should")
            }
            Self::Format(error) => error.fmt(f),
            Self::Value(field) => write!(f, "impossible {field}"),
            Self::Field(field) => write!(f, "impossible {}", field.as_str()),
            Self::Memory => f.write_str("out of memory"),
            Self::Fault(word) => write!(f, "the module was stopped ({word:#x})"),
        }
    }
}
