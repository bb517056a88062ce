//! Objects in payloads: the extended payload of INIT_INSTANCE and the payload
//! of CREATE_PIPELINE.
//!
//! Both start with three words, of which the first has the flags, and may go on
//! with an array of objects: {header, data}. An object that reaches beyond the
//! payload makes the whole array worthless.

use super::wire::{Full, Reader, Truncated, Wire, Writer};

/// Words of the head.
pub const HEAD_WORDS: usize = 3;

/// First word of an extended INIT_INSTANCE payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InitHead(pub u32);

impl InitHead {
    /// Bit 0: domain of the OS.
    pub const RTOS_DOMAIN: u32 = 1;
    /// Bit 1: the accelerator is used.
    pub const GNA_USED: u32 = 1 << 1;
    /// Bit 2: objects follow the head.
    pub const HAS_OBJECTS: u32 = 1 << 2;

    /// Whether objects follow.
    #[must_use]
    pub const fn has_objects(self) -> bool {
        self.0 & Self::HAS_OBJECTS != 0
    }
}

/// First word of a CREATE_PIPELINE payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PipelineHead(pub u32);

impl PipelineHead {
    /// Bits 23:0: words of the payload with this head.
    pub const WORDS_MASK: u32 = 0x00FF_FFFF;
    /// Bit 24: objects follow the head.
    pub const HAS_OBJECTS: u32 = 1 << 24;

    /// Words of the payload.
    #[must_use]
    pub const fn words(self) -> u32 {
        self.0 & Self::WORDS_MASK
    }

    /// Whether objects follow.
    #[must_use]
    pub const fn has_objects(self) -> bool {
        self.0 & Self::HAS_OBJECTS != 0
    }
}

/// Module object 1: where a DP module works, and its memory.
pub const MODULE_MEMORY: u32 = 1;
/// Module object 2: data for the module itself.
pub const MODULE_DATA: u32 = 2;
/// Pipeline object 1: memory of a pipeline.
pub const PIPELINE_MEMORY: u32 = 1;

/// Data of [`MODULE_MEMORY`] and [`PIPELINE_MEMORY`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Memory domain.
    pub domain_id: u32,
    /// Stack, in bytes.
    pub stack_bytes: u32,
    /// Heap, in bytes.
    pub heap_bytes: u32,
}

wire!(Memory, 12, { domain_id: u32, stack_bytes: u32, heap_bytes: u32 });

/// Header of an object: last bit 0, id 15:1, words of data 31:16.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectHeader(u32);

impl ObjectHeader {
    /// The header of an object with `words` words of data.
    #[must_use]
    pub const fn new(id: u16, words: u16, last: bool) -> Self {
        Self((words as u32) << 16 | (id as u32 & 0x7FFF) << 1 | last as u32)
    }

    /// As it is in a payload.
    #[must_use]
    pub const fn from_word(word: u32) -> Self {
        Self(word)
    }

    /// As it is in a payload.
    #[must_use]
    pub const fn word(self) -> u32 {
        self.0
    }

    /// Whether no other object follows.
    #[must_use]
    pub const fn is_last(self) -> bool {
        self.0 & 1 != 0
    }

    /// Id of the object.
    #[must_use]
    pub const fn id(self) -> u32 {
        self.0 >> 1 & 0x7FFF
    }

    /// Words of data.
    #[must_use]
    pub const fn words(self) -> u32 {
        self.0 >> 16
    }
}

/// An object of the array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object<'a> {
    /// Its id.
    pub id: u32,
    /// Its data.
    pub data: &'a [u8],
}

/// Why an array of objects is worthless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectError {
    /// The header at this byte of the array reaches beyond the payload.
    Header(usize),
    /// The data of the object whose header is at this byte does.
    Data(usize),
}

/// Takes the array of objects from the front of `reader` and calls `each` for
/// every object in order, the whole array having been checked before.
///
/// # Errors
///
/// [`ObjectError`] for an array that does not fit; `each` is not called then.
pub fn objects<'a>(
    reader: &mut Reader<'a>,
    mut each: impl FnMut(Object<'a>),
) -> Result<(), ObjectError> {
    let mut checked = *reader;
    while !next(&mut checked, reader.rest().len())?.1 {}
    let end = checked;
    let total = reader.rest().len();
    loop {
        let (object, last) = next(reader, total)?;
        each(object);
        if last {
            *reader = end;
            return Ok(());
        }
    }
}

fn next<'a>(reader: &mut Reader<'a>, total: usize) -> Result<(Object<'a>, bool), ObjectError> {
    let at = total - reader.rest().len();
    let header = reader.u32().map_err(|Truncated| ObjectError::Header(at))?;
    let header = ObjectHeader::from_word(header);
    let data = reader
        .take(header.words() as usize * 4)
        .map_err(|Truncated| ObjectError::Data(at))?;
    let object = Object {
        id: header.id(),
        data,
    };
    Ok((object, header.is_last()))
}

/// Appends an object with `memory` as its data.
///
/// # Errors
///
/// [`Full`] if it does not fit.
pub fn put_memory(
    writer: &mut Writer<'_>,
    id: u16,
    memory: &Memory,
    last: bool,
) -> Result<(), Full> {
    writer.u32(ObjectHeader::new(id, (Memory::BYTES / 4) as u16, last).word())?;
    writer.put(memory)
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    fn collect(bytes: &[u8]) -> (Result<(), ObjectError>, Vec<u32>, usize) {
        let mut reader = Reader::new(bytes);
        let mut ids = Vec::new();
        let result = objects(&mut reader, |object| ids.push(object.id));
        (result, ids, reader.rest().len())
    }

    #[test]
    fn objects_in_order_up_to_the_last() {
        let mut bytes = [0; 40];
        let mut writer = Writer::new(&mut bytes);
        put_memory(&mut writer, 1, &Memory::default(), false).unwrap();
        writer.u32(ObjectHeader::new(9, 0, false).word()).unwrap();
        put_memory(&mut writer, 2, &Memory::default(), true).unwrap();
        assert_eq!(collect(&bytes), (Ok(()), [1, 9, 2].to_vec(), 4));
    }

    #[test]
    fn an_overflow_makes_the_whole_array_worthless() {
        let mut bytes = [0; 32];
        let mut writer = Writer::new(&mut bytes);
        put_memory(&mut writer, 1, &Memory::default(), false).unwrap();
        put_memory(&mut writer, 1, &Memory::default(), true).unwrap();
        assert_eq!(
            collect(&bytes[..31]),
            (Err(ObjectError::Data(16)), [].to_vec(), 31)
        );
        assert_eq!(
            collect(&bytes[..18]),
            (Err(ObjectError::Header(16)), [].to_vec(), 18)
        );
        assert_eq!(collect(&[]), (Err(ObjectError::Header(0)), [].to_vec(), 0));
    }
}
