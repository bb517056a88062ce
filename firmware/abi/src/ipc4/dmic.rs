//! Data of a copier for the microphones (DMIC). The layout is our own: the
//! field's blob programs filters that the machine's microphones do not have.

use super::ssp::BlobError;
use super::wire::{Full, Reader, Writer};

/// Version in the second word.
pub const VERSION: u32 = 0xAC00_0001;
/// Bytes of the blob.
pub const BYTES: usize = 20;

/// The blob.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DmicBlob {
    /// Attributes of the gateway, as in [`super::ssp::SspBlob`].
    pub attributes: u32,
    /// Microphones in use, one bit each.
    pub microphones: u32,
    /// Frames per second.
    pub rate: u32,
    /// Bits of a sample's container.
    pub depth: u32,
}

impl DmicBlob {
    /// Decodes a gateway's data.
    ///
    /// # Errors
    ///
    /// [`BlobError`] for another version, or when bytes are missing.
    pub fn decode(data: &[u8]) -> Result<Self, BlobError> {
        let [attributes, version] = Reader::new(data).words()?;
        if version != VERSION {
            return Err(BlobError::Version(version));
        }
        let [_, _, microphones, rate, depth] = Reader::new(data).words()?;
        Ok(Self {
            attributes,
            microphones,
            rate,
            depth,
        })
    }

    /// Appends the blob.
    ///
    /// # Errors
    ///
    /// [`Full`] if it does not fit.
    pub fn encode(&self, writer: &mut Writer<'_>) -> Result<(), Full> {
        writer.words(&[
            self.attributes,
            VERSION,
            self.microphones,
            self.rate,
            self.depth,
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoding_and_decoding_are_inverse_and_bounded() {
        let blob = DmicBlob {
            attributes: 0,
            microphones: 3,
            rate: 48_000,
            depth: 32,
        };
        let mut bytes = [0; BYTES];
        blob.encode(&mut Writer::new(&mut bytes)).unwrap();
        assert_eq!(DmicBlob::decode(&bytes), Ok(blob));
        for len in 0..BYTES {
            assert_eq!(DmicBlob::decode(&bytes[..len]), Err(BlobError::Truncated));
        }
    }
}
