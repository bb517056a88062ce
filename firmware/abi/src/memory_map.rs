//! What page tables hold, as [`TestId::MemoryMap`](crate::debug_ipc::TestId)
//! tells it in pieces.
//!
//! Arguments: whose table ([`KERNEL`], or the number of a domain; numbers below
//! the count of cores are the audio domains of these cores), and the address from
//! which on. Result: nothing at all if there is no such domain; else the address
//! to ask from next, 0 at the end, and then up to [`MAX_RUNS`] runs. A run may be
//! told in two pieces, one behind the other. What fixed entries of the TLB map is
//! in no page table: [`TEXT_AREA`](crate::memory::TEXT_AREA), for everybody to
//! read and execute, and [`LIBRARY_STORE`](crate::memory::LIBRARY_STORE), for ring
//! 0 to read and write.

use crate::memory::PAGE_SIZE;
use crate::syscall::rights;

/// Number for the two page tables of the kernel.
pub const KERNEL: u32 = u32::MAX;
/// Domains there can be: their numbers are below.
pub const DOMAINS: u32 = 16;
/// Most runs in one answer.
pub const MAX_RUNS: usize = (crate::debug_ipc::MAX_RESULTS - 1) / Run::WORDS;

/// Pages in a row that are mapped alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Run {
    /// Address of the first page.
    pub va: u32,
    /// Physical address of the first page.
    pub pa: u32,
    /// How many pages.
    pub pages: u32,
    /// Bits of [`rights`].
    pub rights: u32,
    /// The least privileged ring that has them: 0, 2 or 3.
    pub ring: u32,
}

impl Run {
    /// Words in an answer.
    pub const WORDS: usize = 3;

    const RIGHTS_SHIFT: u32 = 16;
    const RING_SHIFT: u32 = 24;

    /// The words: both addresses, then pages, rights and ring in bits 15:0, 23:16
    /// and 31:24.
    #[must_use]
    pub const fn to_words(self) -> [u32; Self::WORDS] {
        let last = self.pages | self.rights << Self::RIGHTS_SHIFT | self.ring << Self::RING_SHIFT;
        [self.va, self.pa, last]
    }

    /// From the words; `None` when they are none of a run.
    #[must_use]
    pub const fn from_words([va, pa, last]: [u32; Self::WORDS]) -> Option<Self> {
        const RIGHTS: u32 = rights::READ | rights::WRITE | rights::EXECUTE | rights::UNCACHED;
        let run = Self {
            va,
            pa,
            pages: last & 0xFFFF,
            rights: last >> Self::RIGHTS_SHIFT & 0xFF,
            ring: last >> Self::RING_SHIFT,
        };
        let aligned = va.is_multiple_of(PAGE_SIZE) && pa.is_multiple_of(PAGE_SIZE);
        let good = run.pages > 0 && run.rights & !RIGHTS == 0 && matches!(run.ring, 0 | 2 | 3);
        if aligned && good { Some(run) } else { None }
    }

    /// Whether `next` goes on where this one ends, with the same rights.
    #[must_use]
    pub const fn is_continued_by(&self, next: &Self) -> bool {
        let size = self.pages * PAGE_SIZE;
        self.va.wrapping_add(size) == next.va
            && self.pa.wrapping_add(size) == next.pa
            && self.rights == next.rights
            && self.ring == next.ring
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_what_its_words_say() {
        let run = Run {
            va: 0x6003_0000,
            pa: 0xA03F_0000,
            pages: 0x123,
            rights: rights::READ | rights::EXECUTE,
            ring: 2,
        };
        assert_eq!(run.to_words(), [0x6003_0000, 0xA03F_0000, 0x0205_0123]);
        assert_eq!(Run::from_words(run.to_words()), Some(run));
        for words in [
            [1, 0xA03F_0000, 0x0205_0001],
            [0x6003_0000, 2, 0x0205_0001],
            [0x6003_0000, 0xA03F_0000, 0x0205_0000],
            [0x6003_0000, 0xA03F_0000, 0x0245_0001],
            [0x6003_0000, 0xA03F_0000, 0x0105_0001],
        ] {
            assert_eq!(Run::from_words(words), None);
        }
    }

    #[test]
    fn a_run_goes_on_with_the_next_page() {
        let run = Run {
            va: 0x1000,
            pa: 0x8000,
            pages: 2,
            rights: rights::READ,
            ring: 2,
        };
        let next = Run {
            va: 0x3000,
            pa: 0xA000,
            pages: 9,
            ..run
        };
        assert!(run.is_continued_by(&next));
        for other in [
            Run { va: 0x4000, ..next },
            Run { pa: 0xB000, ..next },
            Run { ring: 0, ..next },
            Run { rights: 3, ..next },
        ] {
            assert!(!run.is_continued_by(&other));
        }
    }
}
