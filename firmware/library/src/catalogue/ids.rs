//! What is counted by what.

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::ipc4::ModuleId;

use crate::error::LoadError;

/// Most libraries beside the firmware itself.
pub const MAX_LIBRARIES: usize = 15;
/// Most domains of DP threads that have images.
pub const MAX_DP: usize = 16;
/// Most domains that have images.
pub const MAX_DOMAINS: usize = MAX_CORES + MAX_DP;

/// Id of a library: 1 to 15. Library 0 is the firmware.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LibraryId(u8);

impl LibraryId {
    /// The library with this id.
    ///
    /// # Errors
    ///
    /// [`LoadError::LibraryId`] when no library can have it.
    pub fn new(id: u32) -> Result<Self, LoadError> {
        match u8::try_from(id) {
            Ok(small @ 1..) if usize::from(small) <= MAX_LIBRARIES => Ok(Self(small)),
            _ => Err(LoadError::LibraryId(id)),
        }
    }

    /// The library of a module id; `None` for the firmware's own
    /// modules.
    #[must_use]
    pub fn of_module(module: u16) -> Option<Self> {
        Self::new(ModuleId(module).library()).ok()
    }

    /// All ids.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..=MAX_LIBRARIES as u8).map(Self)
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    pub(super) const fn index(self) -> usize {
        self.0 as usize - 1
    }
}

/// An image of a library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ImageId {
    /// The library.
    pub library: LibraryId,
    /// Its index in the library's file.
    pub image: u8,
}

/// One of the domains that are made for DP threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DpSlot(u8);

impl DpSlot {
    /// The slot with this number, below [`MAX_DP`].
    #[must_use]
    pub const fn new(slot: u8) -> Option<Self> {
        if (slot as usize) < MAX_DP {
            Some(Self(slot))
        } else {
            None
        }
    }

    /// The number.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }
}

/// A memory domain that images are mapped into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Domain {
    /// That of the audio threads of a core.
    Ll(CoreId),
    /// That of one DP thread.
    Dp(DpSlot),
}

impl Domain {
    /// Its number among all, below [`MAX_DOMAINS`].
    #[must_use]
    pub const fn index(self) -> usize {
        match self {
            Self::Ll(core) => core.index(),
            Self::Dp(slot) => MAX_CORES + slot.0 as usize,
        }
    }
}

/// What an instance is known by: its module id in bits 15:0, its instance id in
/// bits 23:16.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InstanceKey(pub u32);
