//! Why there is no file.

use std::fmt;

use crate::error::LoadError;

/// What has no place in a library file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// A name is longer than eight bytes.
    Name(String),
    /// A word that the loader is to set is not on a word boundary, or too far.
    Site(u32),
    /// The manifest needs so many bytes more than there are.
    ManifestTooLong(usize),
    /// A signature has so many bytes, which are not words or too many.
    Signature(usize),
    /// Something does not fit into 32 bits.
    TooLarge,
    /// A loader would not take it.
    Rejected(LoadError),
}

impl From<LoadError> for WriteError {
    fn from(error: LoadError) -> Self {
        Self::Rejected(error)
    }
}

impl fmt::Display for WriteError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => write!(out, "`{name}` is longer than eight bytes"),
            Self::Site(offset) => write!(out, "no word for the loader at {offset:#x}"),
            Self::ManifestTooLong(bytes) => write!(out, "the manifest is {bytes} bytes too long"),
            Self::Signature(bytes) => write!(out, "no signature has {bytes} bytes"),
            Self::TooLarge => out.write_str("the library is too large"),
            Self::Rejected(error) => write!(out, "no loader takes it: {error}"),
        }
    }
}

impl std::error::Error for WriteError {}
