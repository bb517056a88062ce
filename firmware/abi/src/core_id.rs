//! Which core: a checked index, and the identity values derived from it.

use core::fmt;

/// The most cores an ACE 3.0 part has (Panther Lake has five, Wildcat Lake
/// three).
pub const MAX_CORES: usize = 5;

/// The Xtensa `PRID` register of core 0; core *n* reads `PRID_BASE | n`.
///
/// The value is ours (the core definition `ace30` sets it); the low bits hold
/// the core index as they do on the real parts.
pub const PRID_BASE: u32 = 0x40;

/// A core's index, 0 to 4. Core 0 is the primary one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CoreId(u8);

impl CoreId {
    /// The core that the host boots and that takes the host's doorbell.
    pub const PRIMARY: Self = Self(0);

    /// All five cores in order.
    pub const ALL: [Self; MAX_CORES] = [Self(0), Self(1), Self(2), Self(3), Self(4)];

    /// The core with this index, if a part with five cores has it.
    pub const fn new(index: u8) -> Option<Self> {
        if (index as usize) < MAX_CORES {
            Some(Self(index))
        } else {
            None
        }
    }

    /// The core whose `PRID` register reads `prid`.
    pub const fn from_prid(prid: u32) -> Option<Self> {
        if prid & !0xF == PRID_BASE {
            Self::new((prid & 0xF) as u8)
        } else {
            None
        }
    }

    /// The value of this core's `PRID` register.
    pub const fn prid(self) -> u32 {
        PRID_BASE | self.0 as u32
    }

    /// The index as a number.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// The index for arrays with one element per core.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// This core's bit in a mask of cores.
    pub const fn bit(self) -> u32 {
        1 << self.0
    }

    /// Whether this is the core that the host boots.
    pub const fn is_primary(self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for CoreId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_five_indices_exist() {
        assert_eq!(CoreId::new(4).map(CoreId::get), Some(4));
        assert_eq!(CoreId::new(5), None);
    }

    #[test]
    fn prid_names_the_core() {
        for core in CoreId::ALL {
            assert_eq!(CoreId::from_prid(core.prid()), Some(core));
        }
        assert_eq!(CoreId::from_prid(0), None);
        assert_eq!(CoreId::from_prid(PRID_BASE | 5), None);
    }
}
