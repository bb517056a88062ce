//! Payloads of INIT_INSTANCE and of parameters.

use crate::error::{ConfigError, CreateError};
use crate::format::Format;

/// Reads little-endian words from bytes that nobody vouches for.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// The next `count` bytes.
    pub fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(bytes)
    }

    /// The next `N` words.
    pub fn words<const N: usize>(&mut self) -> Option<[u32; N]> {
        let bytes = self.bytes(4 * N)?;
        let mut words = [0; N];
        for (word, bytes) in words.iter_mut().zip(bytes.chunks_exact(4)) {
            *word = u32::from_le_bytes(bytes.try_into().ok()?);
        }
        Some(words)
    }

    /// The next word.
    pub fn word(&mut self) -> Option<u32> {
        self.words::<1>().map(|[word]| word)
    }

    /// The bytes that are left.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Says that nothing may be left.
    ///
    /// # Errors
    /// Something is left.
    pub fn finish(&self) -> Result<(), ConfigError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(ConfigError::Length)
        }
    }
}

/// The IPC4 structure `base_module_cfg`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BaseConfig {
    /// Cycles that the module needs per chunk, as the host thinks.
    pub cpc: u32,
    /// Bytes of input per period.
    pub ibs: u32,
    /// Bytes of output per period.
    pub obs: u32,
    /// Pages of memory, as the host thinks.
    pub is_pages: u32,
    /// Format of the input, and of the output where nothing else says.
    pub format: Format,
}

impl BaseConfig {
    /// Size of the structure in bytes.
    pub const BYTES: usize = 16 + Format::IPC4_BYTES;
}

/// What INIT_INSTANCE brings for the module.
#[derive(Clone, Copy, Debug)]
pub struct InitPayload<'a> {
    /// What every module gets.
    pub base: BaseConfig,
    /// The bytes behind it, which mean something to the module only.
    pub specific: &'a [u8],
}

impl<'a> InitPayload<'a> {
    /// Decodes the payload behind an extended header, where there is one.
    ///
    /// # Errors
    /// Too short, or the format is not one.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, CreateError> {
        let too_short = CreateError::Length {
            found: bytes.len(),
            wanted: BaseConfig::BYTES,
        };
        let mut reader = Reader::new(bytes);
        let [cpc, ibs, obs, is_pages] = reader.words().ok_or(too_short)?;
        let format = Format::from_ipc4(&reader.words().ok_or(too_short)?)?;
        Ok(Self {
            base: BaseConfig {
                cpc,
                ibs,
                obs,
                is_pages,
                format,
            },
            specific: reader.rest(),
        })
    }
}
