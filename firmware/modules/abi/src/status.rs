//! What a function of a module returns.

use acelab_module_sdk::{
    ConfigError, CreateError, FieldName, FormatError, PrepareError, ProcessError,
};

use crate::record::TEXT_BYTES;

/// What a function returned: 0, or the code of a [`Reason`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status(pub u32);

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// Why a module refuses. Words of detail are those of [`crate::record::Head`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u32)]
        pub enum Reason {
            $($(#[$doc])* $name = $code,)*
        }

        impl Reason {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
        }
    };
}

reasons! {
    /// No memory.
    Memory = 1,
    /// The wrong number of inputs or outputs.
    Pins = 2,
    /// A format that the module does not convert from or to.
    Format = 3,
    /// The module was not prepared.
    NotPrepared = 4,
    /// Samples make no sense; the word of the module.
    Data = 5,
    /// No such parameter.
    UnknownParam = 6,
    /// Data is too short or too long; its bytes (`create` only).
    Length = 7,
    /// A value that cannot be; its name is in the text (`create` only).
    Value = 8,
    /// A fragment that does not follow the one before it.
    Sequence = 9,
    /// An impossible rate; it.
    Rate = 10,
    /// An impossible number of channels; it.
    Channels = 11,
    /// An impossible kind of sample; depth, valid bits, kind.
    Sample = 12,
    /// An impossible interleaving; it.
    Interleaving = 13,
    /// An impossible layout; it.
    Layout = 14,
    /// The record makes no sense to the module.
    Record = 15,
    /// The module says that it was stopped.
    Fault = 16,
}

impl Status {
    /// It is done.
    pub const DONE: Self = Self(0);

    /// The refusal; `None` for success.
    ///
    /// # Errors
    /// [`Unknown`] for a word that is no status.
    pub fn reason(self) -> Result<Option<Reason>, Unknown> {
        if self == Self::DONE {
            return Ok(None);
        }
        let known = Reason::ALL.iter().find(|reason| **reason as u32 == self.0);
        known.copied().map(Some).ok_or(Unknown)
    }
}

/// A module has returned what is no status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown;

/// A refusal with its details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) reason: Reason,
    pub(crate) detail: [u32; 3],
    pub(crate) text: [u8; TEXT_BYTES],
}

impl Refusal {
    pub(crate) const fn new(reason: Reason, detail: [u32; 3]) -> Self {
        Self {
            reason,
            detail,
            text: [0; TEXT_BYTES],
        }
    }

    const fn of(reason: Reason) -> Self {
        Self::new(reason, [0; 3])
    }

    fn named(name: FieldName) -> Self {
        Self {
            text: *name.bytes(),
            ..Self::of(Reason::Value)
        }
    }

    /// What a module refuses an instance for.
    pub(crate) fn create(self) -> Option<CreateError> {
        let [first, second, third] = self.detail;
        Some(match self.reason {
            Reason::Memory => CreateError::Memory,
            Reason::Length => CreateError::Length(first as usize),
            Reason::Value => CreateError::Field(FieldName::new(self.text)),
            Reason::Rate => CreateError::Format(FormatError::Rate(first)),
            Reason::Channels => CreateError::Format(FormatError::Channels(first as u8)),
            Reason::Sample => CreateError::Format(FormatError::Sample {
                depth: first,
                valid: second as u8,
                kind: third as u8,
            }),
            Reason::Interleaving => CreateError::Format(FormatError::Interleaving(first)),
            Reason::Layout => CreateError::Format(FormatError::Layout(first)),
            _ => return None,
        })
    }

    /// What a module refuses its pins for.
    pub(crate) fn prepare(self) -> Option<PrepareError> {
        Some(match self.reason {
            Reason::Memory => PrepareError::Memory,
            Reason::Pins => PrepareError::Pins,
            Reason::Format => PrepareError::Format,
            _ => return None,
        })
    }

    /// Why a module cannot go on.
    pub(crate) fn process(self) -> Option<ProcessError> {
        Some(match self.reason {
            Reason::NotPrepared => ProcessError::NotPrepared,
            Reason::Data => ProcessError::Data(self.detail[0]),
            _ => return None,
        })
    }

    /// What a module refuses a parameter for.
    pub(crate) fn config(self) -> Option<ConfigError> {
        Some(match self.reason {
            Reason::Memory => ConfigError::Memory,
            Reason::UnknownParam => ConfigError::UnknownParam,
            Reason::Length => ConfigError::Length,
            Reason::Value => ConfigError::Value,
            Reason::Sequence => ConfigError::Sequence,
            _ => return None,
        })
    }
}

impl From<CreateError> for Refusal {
    fn from(error: CreateError) -> Self {
        match error {
            CreateError::Length(bytes) => Self::new(Reason::Length, [bytes as u32, 0, 0]),
            CreateError::Format(FormatError::Rate(rate)) => Self::new(Reason::Rate, [rate, 0, 0]),
            CreateError::Format(FormatError::Channels(count)) => {
                Self::new(Reason::Channels, [count.into(), 0, 0])
            }
            CreateError::Format(FormatError::Sample { depth, valid, kind }) => {
                Self::new(Reason::Sample, [depth, valid.into(), kind.into()])
            }
            CreateError::Format(FormatError::Interleaving(style)) => {
                Self::new(Reason::Interleaving, [style, 0, 0])
            }
            CreateError::Format(FormatError::Layout(layout)) => {
                Self::new(Reason::Layout, [layout, 0, 0])
            }
            CreateError::Value(name) => Self::named(FieldName::of(name)),
            CreateError::Field(name) => Self::named(name),
            CreateError::Memory => Self::of(Reason::Memory),
            CreateError::Fault(word) => Self::new(Reason::Fault, [word, 0, 0]),
        }
    }
}

impl From<PrepareError> for Refusal {
    fn from(error: PrepareError) -> Self {
        Self::of(match error {
            PrepareError::Pins => Reason::Pins,
            PrepareError::Format => Reason::Format,
            PrepareError::Memory => Reason::Memory,
            PrepareError::Fault => Reason::Fault,
        })
    }
}

impl From<ProcessError> for Refusal {
    fn from(error: ProcessError) -> Self {
        match error {
            ProcessError::NotPrepared => Self::of(Reason::NotPrepared),
            ProcessError::Data(word) => Self::new(Reason::Data, [word, 0, 0]),
            ProcessError::Fault(word) => Self::new(Reason::Fault, [word, 0, 0]),
        }
    }
}

impl From<ConfigError> for Refusal {
    fn from(error: ConfigError) -> Self {
        Self::of(match error {
            ConfigError::UnknownParam => Reason::UnknownParam,
            ConfigError::Length => Reason::Length,
            ConfigError::Value => Reason::Value,
            ConfigError::Sequence => Reason::Sequence,
            ConfigError::Memory => Reason::Memory,
            ConfigError::Fault => Reason::Fault,
        })
    }
}
