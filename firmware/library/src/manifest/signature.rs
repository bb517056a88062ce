//! The hook for signatures.

use super::Manifest;
use crate::error::LoadError;
use crate::format::{Digest, WORD};

/// Where a signature lies, and what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// What kind of signature.
    pub kind: u32,
    /// Its first byte in the file.
    pub offset: u32,
    /// Its length.
    pub bytes: u32,
}

/// Who decides whether a library may be loaded.
pub trait Authority {
    /// Whether the signature, `None` without one, holds for this digest of the
    /// manifest. The digests of all parts are in the manifest.
    fn accepts(&self, digest: &Digest, signature: Option<(u32, &[u32])>) -> bool;
}

/// Takes what is not signed, and nothing that is: there is no key to check it by.
#[derive(Clone, Copy, Debug)]
pub struct Unsigned;

impl Authority for Unsigned {
    fn accepts(&self, _: &Digest, signature: Option<(u32, &[u32])>) -> bool {
        signature.is_none()
    }
}

impl Manifest<'_> {
    /// Asks `authority` about the file that begins with these words.
    ///
    /// # Errors
    ///
    /// [`LoadError::Untrusted`] when it says no.
    pub fn authenticate(&self, file: &[u32], authority: &impl Authority) -> Result<(), LoadError> {
        let signature = match self.signature() {
            None => None,
            Some(place) => {
                let start = (place.offset / WORD) as usize;
                let words = (place.bytes / WORD) as usize;
                let end = start.checked_add(words).ok_or(LoadError::Truncated)?;
                let words = file.get(start..end).ok_or(LoadError::Truncated)?;
                Some((place.kind, words))
            }
        };
        let kind = signature.map_or(0, |(kind, _)| kind);
        match authority.accepts(&self.digest(), signature) {
            true => Ok(()),
            false => Err(LoadError::Untrusted(kind)),
        }
    }
}
