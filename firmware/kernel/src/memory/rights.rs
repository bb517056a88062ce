//! Who may do what with a page.

use acelab_abi::syscall::rights as bits;

/// A privilege level of the MMU as the kernel uses them. An address space
/// identifier belongs to each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum Ring {
    /// The kernel alone.
    Kernel = 0,
    /// The threads of one domain, and the kernel.
    Domain = 2,
    /// Everybody, in every domain.
    Shared = 3,
}

/// Rights that a mapping can have. Writable and executable at once is not among
/// them, and nothing is executed past the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rights {
    /// Loads.
    Read,
    /// Loads and stores.
    ReadWrite,
    /// Loads and fetches.
    ReadExecute,
    /// Loads past the cache.
    UncachedRead,
    /// Loads and stores past the cache.
    UncachedReadWrite,
}

impl Rights {
    /// Every value.
    pub const ALL: [Self; 5] = [
        Self::Read,
        Self::ReadWrite,
        Self::ReadExecute,
        Self::UncachedRead,
        Self::UncachedReadWrite,
    ];

    /// From the bits of [`acelab_abi::syscall::rights`]; `None` for bits that do
    /// not go together, for unknown bits and for no right at all.
    #[must_use]
    pub const fn from_bits(word: u32) -> Option<Self> {
        const READ_WRITE: u32 = bits::READ | bits::WRITE;
        const READ_EXECUTE: u32 = bits::READ | bits::EXECUTE;
        let uncached = word & bits::UNCACHED != 0;
        match (word & !bits::UNCACHED, uncached) {
            (bits::READ, false) => Some(Self::Read),
            (bits::READ, true) => Some(Self::UncachedRead),
            (bits::WRITE | READ_WRITE, false) => Some(Self::ReadWrite),
            (bits::WRITE | READ_WRITE, true) => Some(Self::UncachedReadWrite),
            (bits::EXECUTE | READ_EXECUTE, false) => Some(Self::ReadExecute),
            _ => None,
        }
    }

    /// As bits of [`acelab_abi::syscall::rights`].
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::Read => bits::READ,
            Self::ReadWrite => bits::READ | bits::WRITE,
            Self::ReadExecute => bits::READ | bits::EXECUTE,
            Self::UncachedRead => bits::READ | bits::UNCACHED,
            Self::UncachedReadWrite => bits::READ | bits::WRITE | bits::UNCACHED,
        }
    }

    /// Whether stores are among them.
    #[must_use]
    pub const fn writable(self) -> bool {
        matches!(self, Self::ReadWrite | Self::UncachedReadWrite)
    }

    /// Whether fetches are among them.
    #[must_use]
    pub const fn executable(self) -> bool {
        matches!(self, Self::ReadExecute)
    }

    /// Whether they go past the cache.
    #[must_use]
    pub const fn uncached(self) -> bool {
        matches!(self, Self::UncachedRead | Self::UncachedReadWrite)
    }
}

/// What the kernel is asked to do with a thread's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// To read it.
    Read,
    /// To write it.
    Write,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_that_do_not_go_together_are_refused() {
        let legal: std::vec::Vec<_> = (0..64)
            .filter_map(|word| Rights::from_bits(word).map(|rights| (word, rights)))
            .collect();
        assert_eq!(
            legal,
            [
                (1, Rights::Read),
                (2, Rights::ReadWrite),
                (3, Rights::ReadWrite),
                (4, Rights::ReadExecute),
                (5, Rights::ReadExecute),
                (9, Rights::UncachedRead),
                (10, Rights::UncachedReadWrite),
                (11, Rights::UncachedReadWrite),
            ]
        );
    }

    #[test]
    fn bits_and_rights_are_the_same() {
        for rights in Rights::ALL {
            assert_eq!(Rights::from_bits(rights.bits()), Some(rights));
        }
    }

    #[test]
    fn nothing_is_writable_and_executable() {
        for rights in Rights::ALL {
            assert!(!(rights.executable() && (rights.writable() || rights.uncached())));
        }
    }
}
