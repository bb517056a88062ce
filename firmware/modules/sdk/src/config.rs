//! Large parameters, which come in fragments.

use alloc::vec::Vec;

use crate::error::ConfigError;

/// The longest parameter in bytes.
pub const MAX_CONFIG_BYTES: usize = 0x8000;

/// Which part of a parameter's data a call brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fragment {
    /// All of it.
    Whole,
    /// Its first bytes.
    First {
        /// Size of the whole in bytes.
        total: u32,
    },
    /// What lies further behind.
    Next {
        /// Where in the whole these bytes belong.
        offset: u32,
        /// Whether these are the last ones.
        last: bool,
    },
}

/// Puts fragments together for parameters that need all of their data at once.
#[derive(Debug, Default)]
pub struct Reassembly {
    id: u32,
    total: usize,
    data: Vec<u8>,
}

impl Reassembly {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self {
            id: 0,
            total: 0,
            data: Vec::new(),
        }
    }

    /// Takes a fragment, and calls `complete` when all of parameter `id` is there.
    /// What was begun before is forgotten when a fragment is wrong.
    ///
    /// # Errors
    /// A fragment that is not the next one, that is too long, or no memory; and
    /// what `complete` returns.
    pub fn take(
        &mut self,
        id: u32,
        fragment: Fragment,
        data: &[u8],
        complete: impl FnOnce(&[u8]) -> Result<(), ConfigError>,
    ) -> Result<(), ConfigError> {
        if fragment == Fragment::Whole {
            self.forget();
            return complete(data);
        }
        match self.add(id, fragment, data) {
            Ok(false) => Ok(()),
            Ok(true) => {
                let whole = core::mem::take(&mut self.data);
                self.forget();
                complete(&whole)
            }
            Err(error) => {
                self.forget();
                Err(error)
            }
        }
    }

    /// Gives back the memory of what was begun.
    pub fn forget(&mut self) {
        *self = Self::new();
    }

    /// Whether the whole is there now.
    fn add(&mut self, id: u32, fragment: Fragment, data: &[u8]) -> Result<bool, ConfigError> {
        let last = match fragment {
            Fragment::Whole => true,
            Fragment::First { total } => {
                self.forget();
                self.id = id;
                self.total = total as usize;
                if self.total > MAX_CONFIG_BYTES || data.len() > self.total {
                    return Err(ConfigError::Length);
                }
                self.data
                    .try_reserve_exact(self.total)
                    .map_err(|_| ConfigError::Memory)?;
                false
            }
            Fragment::Next { offset, last } => {
                if self.total == 0 || self.id != id || offset as usize != self.data.len() {
                    return Err(ConfigError::Sequence);
                }
                if data.len() > self.total - self.data.len() {
                    return Err(ConfigError::Length);
                }
                last
            }
        };
        self.data.extend_from_slice(data);
        if last && self.data.len() != self.total {
            return Err(ConfigError::Length);
        }
        Ok(last)
    }
}
