//! The payload of INIT_INSTANCE.

use acelab_abi::ipc4::module_config::BaseConfig;
use acelab_abi::ipc4::wire::Reader;

use crate::error::{ConfigError, CreateError};
use crate::format::Format;

/// What INIT_INSTANCE brings for the module.
#[derive(Clone, Copy, Debug)]
pub struct InitPayload<'a> {
    /// What every module gets, as the host wrote it.
    pub base: BaseConfig,
    /// The format in it, which is a possible one.
    pub format: Format,
    /// The bytes behind it, which mean something to the module only.
    pub specific: &'a [u8],
}

impl<'a> InitPayload<'a> {
    /// Decodes the payload (what is behind an extended header, where there is one).
    ///
    /// # Errors
    /// Too short, or the format is not one.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, CreateError> {
        let mut reader = Reader::new(bytes);
        let base: BaseConfig = reader.get().map_err(|_| CreateError::Length(bytes.len()))?;
        Ok(Self {
            base,
            format: Format::from_ipc4(&base.format)?,
            specific: reader.rest(),
        })
    }

    /// Says that the module wants nothing behind the base configuration.
    ///
    /// # Errors
    /// There is something.
    pub fn nothing_else(&self) -> Result<(), CreateError> {
        if self.specific.is_empty() {
            Ok(())
        } else {
            Err(CreateError::Length(self.specific.len()))
        }
    }

    /// The bytes behind the base configuration as parameter data, whose errors are
    /// those of the payload.
    ///
    /// # Errors
    /// What `decode` finds wrong.
    pub fn decode<T>(
        &self,
        decode: impl FnOnce(&'a [u8]) -> Result<T, ConfigError>,
    ) -> Result<T, CreateError> {
        decode(self.specific).map_err(|error| match error {
            ConfigError::Memory => CreateError::Memory,
            ConfigError::Length => CreateError::Length(self.specific.len()),
            _ => CreateError::Value("module configuration"),
        })
    }
}
