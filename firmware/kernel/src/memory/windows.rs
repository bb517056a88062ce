//! Memory that is shared with the host, in domains.

use acelab_abi::memory::{FW_REGISTERS, INBOX, PAGE_SIZE, Region, USER_DISTANCE};

use super::domain::user_index;
use super::pte::Pte;
use super::rights::{Rights, Ring};
use super::{Memory, MemoryError};
use crate::ids::DomainId;
use crate::port::Port;

/// A part of the windows that a domain can see: always past the cache, because
/// the host knows nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// The firmware registers, to read and to write.
    FwRegisters,
    /// What the host sends, to read.
    Inbox,
}

impl Window {
    const fn region(self) -> Region {
        match self {
            Self::FwRegisters => FW_REGISTERS,
            Self::Inbox => INBOX,
        }
    }

    const fn rights(self) -> Rights {
        match self {
            Self::FwRegisters => Rights::UncachedReadWrite,
            Self::Inbox => Rights::UncachedRead,
        }
    }

    /// Where domains that have it see it.
    #[must_use]
    pub const fn user_address(self) -> u32 {
        self.region().base - USER_DISTANCE
    }
}

impl Memory {
    /// Shows a window to a domain, as long as there is the domain; answers where.
    /// For the firmware's own set-up: no system call leads here.
    ///
    /// # Errors
    /// [`MemoryError::BadDomain`].
    pub fn map_window(
        &mut self,
        port: &mut impl Port,
        id: DomainId,
        window: Window,
    ) -> Result<u32, MemoryError> {
        let table = self.page_table(id).ok_or(MemoryError::BadDomain)?;
        let (start, region) = (window.user_address(), window.region());
        for offset in (0..region.size).step_by(PAGE_SIZE as usize) {
            if let Some(index) = user_index(start + offset) {
                let entry = Pte::new(region.base + offset, Ring::Domain, window.rights());
                port.write_entry(table, index, entry.word());
            }
        }
        port.shoot_down();
        Ok(start)
    }
}
