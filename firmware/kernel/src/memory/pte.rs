//! Words of page tables.

use acelab_abi::memory::PAGE_SIZE;

use super::rights::{Rights, Ring};

/// A word of a page table, which is also the word that goes into the TLB:
/// physical page in bits 31:12, ring in 5:4, attribute in 3:0.
///
/// Source: the MMU option of the Xtensa ISA. Attributes 0 to 3 go past the
/// cache, 4 to 7 are written back, bit 0 allows fetches, bit 1 stores; 12 allows
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pte(u32);

const RING_SHIFT: u32 = 4;
const ATTRIBUTE: u32 = 0xF;
const NONE: u32 = 12;

impl Pte {
    /// Nothing, in a page table of the kernel: whoever is not in ring 0 is told
    /// that he lacks the privilege, like for a page that is there.
    pub const ABSENT_KERNEL: Self = Self((Ring::Kernel as u32) << RING_SHIFT | NONE);

    /// Nothing, in the page table of a domain. The TLB keeps such entries as
    /// well, so this one has the ring of the domain: with the shared ring it
    /// would be there for all domains and hit beside their own entries.
    pub const ABSENT_DOMAIN: Self = Self((Ring::Domain as u32) << RING_SHIFT | NONE);

    /// The page at physical address `pa`, which is a multiple of the page size.
    #[must_use]
    pub const fn new(pa: u32, ring: Ring, rights: Rights) -> Self {
        assert!(pa.is_multiple_of(PAGE_SIZE), "not the address of a page");
        Self(pa | (ring as u32) << RING_SHIFT | attribute(rights))
    }

    /// A word as a page table has it.
    #[must_use]
    pub const fn from_word(word: u32) -> Self {
        Self(word)
    }

    /// The word.
    #[must_use]
    pub const fn word(self) -> u32 {
        self.0
    }

    /// What it maps; `None` when it maps nothing, or is no word that
    /// [`new`](Self::new) makes.
    #[must_use]
    pub const fn mapping(self) -> Option<Mapping> {
        let rights = match self.0 & ATTRIBUTE {
            0 => Rights::UncachedRead,
            2 => Rights::UncachedReadWrite,
            4 => Rights::Read,
            5 => Rights::ReadExecute,
            6 => Rights::ReadWrite,
            _ => return None,
        };
        let ring = match (self.0 % PAGE_SIZE) >> RING_SHIFT {
            0 => Ring::Kernel,
            2 => Ring::Domain,
            3 => Ring::Shared,
            _ => return None,
        };
        Some(Mapping {
            pa: self.0 & !(PAGE_SIZE - 1),
            ring,
            rights,
        })
    }
}

const fn attribute(rights: Rights) -> u32 {
    match rights {
        Rights::UncachedRead => 0,
        Rights::UncachedReadWrite => 2,
        Rights::Read => 4,
        Rights::ReadExecute => 5,
        Rights::ReadWrite => 6,
    }
}

/// What a word of a page table maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapping {
    /// Physical address of the page.
    pub pa: u32,
    /// The least privileged ring that may use it.
    pub ring: Ring,
    /// What for.
    pub rights: Rights,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encoding_is_that_of_the_hardware() {
        use Rights::*;
        for (ring, rights, word) in [
            (Ring::Shared, ReadExecute, 0xA020_0035),
            (Ring::Shared, Read, 0xA020_0034),
            (Ring::Kernel, ReadWrite, 0xA020_0006),
            (Ring::Domain, ReadWrite, 0xA020_0026),
            (Ring::Domain, ReadExecute, 0xA020_0025),
            (Ring::Domain, UncachedRead, 0xA020_0020),
            (Ring::Kernel, UncachedReadWrite, 0xA020_0002),
        ] {
            let entry = Pte::new(0xA020_0000, ring, rights);
            assert_eq!(entry.word(), word);
            let mapping = entry.mapping().unwrap();
            assert_eq!(
                (mapping.pa, mapping.ring, mapping.rights),
                (0xA020_0000, ring, rights)
            );
        }
        assert_eq!(Pte::ABSENT_KERNEL.word(), 0x0C);
        assert_eq!(Pte::ABSENT_DOMAIN.word(), 0x2C);
    }

    #[test]
    fn words_that_nobody_makes_map_nothing() {
        let mapped = (0..PAGE_SIZE)
            .filter(|low| Pte::from_word(0xA020_0000 | low).mapping().is_some())
            .count();
        assert_eq!(mapped, 3 * Rights::ALL.len());
        for attribute in [1, 3, 7] {
            assert_eq!(Pte::from_word(0x20 | attribute).mapping(), None);
        }
    }
}
