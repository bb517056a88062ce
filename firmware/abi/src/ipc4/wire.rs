//! Payloads as bytes: a bounded reader and a bounded writer.
//!
//! Every multi-byte value is little endian. A structure of this module tree
//! holds numbers as they are on the wire; what a number means, and whether it
//! is valid, its methods say. So a decoder fails only when bytes are missing,
//! and an encoder can write what a firmware must refuse.

/// A payload ends before what it should hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truncated;

/// A buffer is too small for what goes into it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// Takes values from the front of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Reads from the first byte on.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What has not been read.
    #[must_use]
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Takes the next `len` bytes.
    ///
    /// # Errors
    ///
    /// [`Truncated`] if there are fewer; nothing is taken then.
    pub fn take(&mut self, len: usize) -> Result<&'a [u8], Truncated> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Truncated> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(Truncated)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// Takes a byte.
    ///
    /// # Errors
    ///
    /// [`Truncated`] if there is none.
    pub fn u8(&mut self) -> Result<u8, Truncated> {
        self.array().map(u8::from_le_bytes)
    }

    /// Takes a 16-bit value.
    ///
    /// # Errors
    ///
    /// [`Truncated`] if two bytes are not there.
    pub fn u16(&mut self) -> Result<u16, Truncated> {
        self.array().map(u16::from_le_bytes)
    }

    /// Takes a 32-bit value.
    ///
    /// # Errors
    ///
    /// [`Truncated`] if four bytes are not there.
    pub fn u32(&mut self) -> Result<u32, Truncated> {
        self.array().map(u32::from_le_bytes)
    }

    /// Takes a 64-bit value.
    ///
    /// # Errors
    ///
    /// [`Truncated`] if eight bytes are not there.
    pub fn u64(&mut self) -> Result<u64, Truncated> {
        self.array().map(u64::from_le_bytes)
    }

    /// Takes `N` 32-bit values.
    ///
    /// # Errors
    ///
    /// [`Truncated`] if they are not all there.
    pub fn words<const N: usize>(&mut self) -> Result<[u32; N], Truncated> {
        let mut bytes = Self::new(self.take(N * 4)?);
        let mut words = [0; N];
        for word in &mut words {
            *word = bytes.u32()?;
        }
        Ok(words)
    }

    /// Takes a structure.
    ///
    /// # Errors
    ///
    /// [`Truncated`] if its bytes are not all there.
    pub fn get<T: Wire>(&mut self) -> Result<T, Truncated> {
        T::read(self)
    }
}

/// Appends values to a buffer.
#[derive(Debug)]
pub struct Writer<'a> {
    buffer: &'a mut [u8],
    len: usize,
}

impl<'a> Writer<'a> {
    /// Writes from the first byte on.
    #[must_use]
    pub const fn new(buffer: &'a mut [u8]) -> Self {
        Self { buffer, len: 0 }
    }

    /// Bytes written so far.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing has been written.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends bytes.
    ///
    /// # Errors
    ///
    /// [`Full`] if they do not fit; nothing is written then.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Full> {
        let end = self.len.checked_add(bytes.len()).ok_or(Full)?;
        let room = self.buffer.get_mut(self.len..end).ok_or(Full)?;
        room.copy_from_slice(bytes);
        self.len = end;
        Ok(())
    }

    /// Appends a byte.
    ///
    /// # Errors
    ///
    /// [`Full`] if it does not fit.
    pub fn u8(&mut self, value: u8) -> Result<(), Full> {
        self.bytes(&[value])
    }

    /// Appends a 16-bit value.
    ///
    /// # Errors
    ///
    /// [`Full`] if it does not fit.
    pub fn u16(&mut self, value: u16) -> Result<(), Full> {
        self.bytes(&value.to_le_bytes())
    }

    /// Appends a 32-bit value.
    ///
    /// # Errors
    ///
    /// [`Full`] if it does not fit.
    pub fn u32(&mut self, value: u32) -> Result<(), Full> {
        self.bytes(&value.to_le_bytes())
    }

    /// Appends a 64-bit value.
    ///
    /// # Errors
    ///
    /// [`Full`] if it does not fit.
    pub fn u64(&mut self, value: u64) -> Result<(), Full> {
        self.bytes(&value.to_le_bytes())
    }

    /// Appends 32-bit values.
    ///
    /// # Errors
    ///
    /// [`Full`] at the first that does not fit.
    pub fn words(&mut self, values: &[u32]) -> Result<(), Full> {
        values.iter().try_for_each(|value| self.u32(*value))
    }

    /// Appends a structure.
    ///
    /// # Errors
    ///
    /// [`Full`] if it does not fit.
    pub fn put<T: Wire>(&mut self, value: &T) -> Result<(), Full> {
        value.write(self)
    }
}

/// A structure of a fixed size in a payload.
pub trait Wire: Sized {
    /// Its size in bytes.
    const BYTES: usize;

    /// Takes one from `reader`.
    ///
    /// # Errors
    ///
    /// [`Truncated`] if its bytes are not all there.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Truncated>;

    /// Appends it to `writer`.
    ///
    /// # Errors
    ///
    /// [`Full`] if it does not fit.
    fn write(&self, writer: &mut Writer<'_>) -> Result<(), Full>;
}

/// Structures one behind the other. What is left behind the last whole one is
/// ignored.
#[derive(Clone, Debug)]
pub struct Records<'a, T> {
    reader: Reader<'a>,
    kind: core::marker::PhantomData<T>,
}

impl<'a, T: Wire> Records<'a, T> {
    /// The structures in `bytes`.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self {
            reader: Reader::new(bytes),
            kind: core::marker::PhantomData,
        }
    }
}

impl<T: Wire> Iterator for Records<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.reader.get().ok()
    }
}

/// Implements [`Wire`] for a structure of the named integer fields in order.
macro_rules! wire {
    ($name:ty, $bytes:literal, { $($field:ident: $kind:ident),+ $(,)? }) => {
        impl $crate::ipc4::wire::Wire for $name {
            const BYTES: usize = $bytes;

            fn read(
                reader: &mut $crate::ipc4::wire::Reader<'_>,
            ) -> Result<Self, $crate::ipc4::wire::Truncated> {
                Ok(Self { $($field: reader.$kind()?),+ })
            }

            fn write(
                &self,
                writer: &mut $crate::ipc4::wire::Writer<'_>,
            ) -> Result<(), $crate::ipc4::wire::Full> {
                $(wire!(@put writer, self.$field, $kind);)+
                Ok(())
            }
        }
    };
    (@put $writer:ident, $value:expr, get) => { $writer.put(&$value)? };
    (@put $writer:ident, $value:expr, words) => { $writer.words(&$value)? };
    (@put $writer:ident, $value:expr, $kind:ident) => { $writer.$kind($value)? };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_little_endian_and_come_back() {
        let mut bytes = [0; 15];
        let mut writer = Writer::new(&mut bytes);
        writer.u8(1).unwrap();
        writer.u16(0x0302).unwrap();
        writer.u32(0x0706_0504).unwrap();
        writer.u64(0x0F0E_0D0C_0B0A_0908).unwrap();
        assert_eq!(writer.u8(0), Err(Full));
        assert_eq!(writer.len(), 15);
        assert_eq!(bytes, core::array::from_fn(|index| index as u8 + 1));
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.u8(), Ok(1));
        assert_eq!(reader.u16(), Ok(0x0302));
        assert_eq!(reader.words(), Ok([0x0706_0504]));
        assert_eq!(reader.u64(), Ok(0x0F0E_0D0C_0B0A_0908));
        assert_eq!(reader.u8(), Err(Truncated));
    }

    #[test]
    fn a_value_that_is_not_all_there_leaves_what_there_is() {
        let mut reader = Reader::new(&[1, 2, 3]);
        assert_eq!(reader.u32(), Err(Truncated));
        assert_eq!(reader.take(4), Err(Truncated));
        assert_eq!(reader.rest(), [1, 2, 3]);
        let mut small = [0; 3];
        let mut writer = Writer::new(&mut small);
        assert_eq!(writer.u32(7), Err(Full));
        assert!(writer.is_empty());
    }
}
