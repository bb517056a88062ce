//! What is remembered of a manifest that was checked.

use super::Manifest;
use super::outline::Outline;
use crate::error::LoadError;

/// That a manifest is right, digest and all. Only one that was
/// [parsed](Manifest::parse) has this, so its words can be read again without
/// another check of every record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Version of the interface that it was checked for.
    version: u32,
    /// A word of its digest, which another manifest would hardly have.
    seal: u32,
}

impl Manifest<'_> {
    /// What to remember of it.
    #[must_use]
    pub fn known(&self) -> Known {
        let [seal, ..] = self.digest();
        let version = self.abi_version();
        Known { version, seal }
    }
}

impl Known {
    /// The manifest of the file that begins with these words, which are those that
    /// were parsed. That its tables lie within it is looked at again, as that is all
    /// that reading relies on; the rules of its records are not.
    ///
    /// # Errors
    ///
    /// [`LoadError::ManifestChecksum`] when it is another manifest, or what else is
    /// wrong with one that is none.
    pub fn open(self, words: &[u32]) -> Result<Manifest<'_>, LoadError> {
        let manifest = Manifest {
            outline: Outline::read(words, self.version)?,
        };
        match manifest.known() == self {
            true => Ok(manifest),
            false => Err(LoadError::ManifestChecksum),
        }
    }
}
