//! Tuples of {u32 type, u32 length in bytes, data}: VENDOR_CONFIG, where the
//! type is a parameter id, and the answers of the base firmware.

use super::wire::{Reader, Truncated};

/// Bytes of type and length.
pub const HEAD_BYTES: usize = 8;

/// One tuple.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tlv<'a> {
    /// Type.
    pub kind: u32,
    /// Data.
    pub data: &'a [u8],
}

impl<'a> Tlv<'a> {
    /// Takes a tuple from `reader`.
    ///
    /// # Errors
    ///
    /// [`Truncated`] if it is not all there.
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Truncated> {
        let [kind, length] = reader.words()?;
        let data = reader.take(length as usize)?;
        Ok(Self { kind, data })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_beyond_the_payload_is_truncated() {
        let bytes = [7, 0, 0, 0, 2, 0, 0, 0, 8, 9];
        let tlv = Tlv::read(&mut Reader::new(&bytes)).unwrap();
        assert_eq!((tlv.kind, tlv.data), (7, &[8, 9][..]));
        assert_eq!(Tlv::read(&mut Reader::new(&bytes[..9])), Err(Truncated));
    }
}
