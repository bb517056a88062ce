//! Indices of the object table.

use acelab_abi::object::MAX_OBJECTS;

const _: () = assert!(MAX_OBJECTS == 1 << u8::BITS);

/// An index in the object table. Inside the kernel only: it is good as long as
/// the object is not closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(u8);

impl ObjectId {
    /// The first index.
    pub const FIRST: Self = Self(0);

    /// Of an index as a handle has it.
    #[must_use]
    pub const fn new(index: u8) -> Self {
        Self(index)
    }

    /// The index.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The index as a handle has it.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Every index.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).map(Self)
    }
}
