//! A module of a library.

use acelab_abi::manifest::{TYPE_DP_DOMAIN, TYPE_LL_DOMAIN};

use super::record::Record;
use crate::format::extension::module as record;
use crate::format::header;
use crate::format::{Digest, Name};

/// A module entry with its record in the extension.
#[derive(Clone, Copy, Debug)]
pub struct Module<'a> {
    index: u32,
    entry: Record<'a>,
    record: Record<'a>,
}

/// What a module is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Instances are made of it.
    Loadable {
        /// They may run in the tick.
        low_latency: bool,
        /// They may have a thread of their own.
        data_processing: bool,
    },
    /// Others import from its image.
    Auxiliary,
}

impl<'a> Module<'a> {
    pub(super) fn new(index: u32, entry: Record<'a>, record: Record<'a>) -> Self {
        Self {
            index,
            entry,
            record,
        }
    }

    /// Its index in the library: bits 11:0 of its id.
    #[must_use]
    pub fn index(&self) -> u32 {
        self.index
    }

    /// The words of its `$AME` entry, for MODULES_INFO.
    #[must_use]
    pub fn entry(&self) -> &'a [u32] {
        self.entry.0
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> Name {
        self.entry.name(header::ENTRY_NAME)
    }

    pub(super) fn checked_name(&self) -> Option<Name> {
        self.entry.checked_name(header::ENTRY_NAME)
    }

    pub(super) fn magic(&self) -> u32 {
        self.entry.word(header::ENTRY_MAGIC)
    }

    /// Its UUID, in memory order.
    #[must_use]
    pub fn uuid(&self) -> [u32; header::UUID_WORDS] {
        self.entry.words(header::ENTRY_UUID)
    }

    /// What it is there for.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let word = self.type_word();
        match word & header::LOAD_TYPE_MASK {
            header::LOAD_TYPE_AUXILIARY => Kind::Auxiliary,
            _ => Kind::Loadable {
                low_latency: word & TYPE_LL_DOMAIN != 0,
                data_processing: word & TYPE_DP_DOMAIN != 0,
            },
        }
    }

    pub(super) fn type_word(&self) -> u32 {
        self.entry.word(header::ENTRY_TYPE)
    }

    /// Digest of its image's text.
    #[must_use]
    pub fn hash(&self) -> Digest {
        self.entry.words(header::ENTRY_HASH)
    }

    /// Where its table lies in its image, in bytes.
    #[must_use]
    pub fn table(&self) -> u32 {
        self.entry.word(header::ENTRY_POINT)
    }

    /// Cores that it may run on, one bit each.
    #[must_use]
    pub fn affinity(&self) -> u32 {
        self.entry.word(header::ENTRY_AFFINITY)
    }

    /// Most instances.
    #[must_use]
    pub fn instances(&self) -> u16 {
        self.entry.word(header::ENTRY_INSTANCES) as u16
    }

    /// Flags, address and file offset of text, read-only data and data.
    pub(super) fn segment_words(&self) -> [u32; 9] {
        self.entry.words(header::ENTRY_SEGMENTS)
    }

    /// Index of its image.
    #[must_use]
    pub fn image(&self) -> u32 {
        self.record.word(record::IMAGE)
    }

    /// Which of the modules of its image it is.
    #[must_use]
    pub fn kind_in_image(&self) -> u32 {
        self.record.word(record::KIND)
    }

    /// Most inputs.
    #[must_use]
    pub fn inputs(&self) -> u16 {
        self.record.word(record::PINS) as u16
    }

    /// Most outputs.
    #[must_use]
    pub fn outputs(&self) -> u16 {
        (self.record.word(record::PINS) >> 16) as u16
    }

    /// Bytes of stack that a thread for it needs.
    #[must_use]
    pub fn stack_bytes(&self) -> u32 {
        self.record.word(record::STACK)
    }

    /// Bytes that an instance may allocate.
    #[must_use]
    pub fn heap_bytes(&self) -> u32 {
        self.record.word(record::HEAP)
    }

    /// Sample formats it takes, one bit each; for people.
    #[must_use]
    pub fn formats(&self) -> u32 {
        self.record.word(record::FORMATS)
    }
}
