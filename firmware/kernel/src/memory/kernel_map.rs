//! What the kernel's two page tables hold: the list of areas, made from the
//! bounds of the linker script, and the tables made from the list.
//!
//! The boot code calls this before the MMU is on, with every address where it is
//! in memory: nothing here needs a static.

use acelab_abi::memory::{
    LIBRARY_STORE, LP_SRAM, MANIFEST, PAGE_POOL, PAGE_SIZE, ROM_JUMP_WORD, Region, TEXT_AREA,
    WINDOW0, WINDOW3, to_cached, to_uncached,
};

use super::pte::Pte;
use super::rights::{Rights, Ring};

/// Words of a page table: one page of them maps 4 MiB.
pub const TABLE_WORDS: usize = (PAGE_SIZE / 4) as usize;

/// Bytes that one page table maps.
pub const TABLE_SPAN: u32 = TABLE_WORDS as u32 * PAGE_SIZE;

/// Where the kernel sees the manifest of the image, read-only and uncached: in
/// the hole between LP-SRAM and HP-SRAM.
pub const MANIFEST_VIEW: Region = Region::new(to_uncached(LP_SRAM.end()), MANIFEST.size);

/// One of the kernel's two page tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KernelTable {
    /// Of the cached addresses of SRAM, 0xA0000000 and up.
    Cached,
    /// Of their uncached alias, 0x40000000 and up.
    Uncached,
}

impl KernelTable {
    /// The addresses that the table maps.
    #[must_use]
    pub const fn window(self) -> Region {
        let cached = Region::new(LP_SRAM.base, TABLE_SPAN);
        match self {
            Self::Cached => cached,
            Self::Uncached => cached.uncached(),
        }
    }

    /// The table of `address`, and the index of its word there.
    #[must_use]
    pub const fn of(address: u32) -> Option<(Self, usize)> {
        let table = if Self::Cached.window().contains(address, 1) {
            Self::Cached
        } else if Self::Uncached.window().contains(address, 1) {
            Self::Uncached
        } else {
            return None;
        };
        let offset = address - table.window().base;
        Some((table, (offset / PAGE_SIZE) as usize))
    }
}

/// Bounds of the image in memory, by physical addresses (those of `.uncached`
/// may be given by their uncached alias as well). Bases and sizes are multiples
/// of a page; a size of zero means that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KernelLayout {
    /// Read-only data of kernel and users.
    pub rodata: Region,
    /// Initialised data of the kernel.
    pub data: Region,
    /// Zeroed data of the kernel.
    pub bss: Region,
    /// The kernel's own page tables: written past the cache, like all page
    /// tables.
    pub page_tables: Region,
    /// Data that several cores share.
    pub uncached: Region,
    /// The kernel's own stacks, one after the other.
    pub stacks: Region,
    /// Bytes of one of those stacks; its lowest page is the guard page.
    pub stack_size: u32,
}

/// Pages in a row that are mapped alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// The addresses.
    pub va: Region,
    /// Physical address of the first page.
    pub pa: u32,
    /// Who may use it.
    pub ring: Ring,
    /// What for.
    pub rights: Rights,
}

impl Area {
    /// The memory that is mapped.
    #[must_use]
    pub const fn memory(self) -> Region {
        Region {
            base: self.pa,
            size: self.va.size,
        }
    }

    const fn cached(region: Region, ring: Ring, rights: Rights) -> Self {
        Self {
            va: region,
            pa: region.base,
            ring,
            rights,
        }
    }

    const fn uncached(region: Region, rights: Rights) -> Self {
        let region = Region {
            base: to_cached(region.base),
            size: region.size,
        };
        Self {
            va: region.uncached(),
            pa: region.base,
            ring: Ring::Kernel,
            rights,
        }
    }
}

/// What the boot code maps by fixed entries of the TLB, of 1 MiB each, on every
/// core. No page table has any of it.
pub const WIRED: [Area; 2] = [
    Area::cached(TEXT_AREA, Ring::Shared, Rights::ReadExecute),
    Area::cached(LIBRARY_STORE, Ring::Kernel, Rights::ReadWrite),
];

/// Areas that are there whatever the number of stacks.
const FIXED: u32 = 10;

impl KernelLayout {
    /// The area with this number, `None` after the last.
    #[must_use]
    pub const fn area(&self, number: u32) -> Option<Area> {
        use Rights::{Read, ReadWrite, UncachedRead, UncachedReadWrite};
        const JUMP_PAGE: Region = Region::new(ROM_JUMP_WORD & !(PAGE_SIZE - 1), PAGE_SIZE);
        const WINDOWS: Region = Region::new(WINDOW0.base, WINDOW3.end() - WINDOW0.base);
        Some(match number {
            0 => Area::cached(self.rodata, Ring::Shared, Read),
            1 => Area::cached(self.data, Ring::Kernel, ReadWrite),
            2 => Area::cached(self.bss, Ring::Kernel, ReadWrite),
            3 => Area::cached(PAGE_POOL, Ring::Kernel, ReadWrite),
            4 => Area::uncached(PAGE_POOL, UncachedReadWrite),
            5 => Area::uncached(self.uncached, UncachedReadWrite),
            6 => Area::uncached(WINDOWS, UncachedReadWrite),
            7 => Area::uncached(JUMP_PAGE, UncachedReadWrite),
            8 => Area::uncached(self.page_tables, UncachedReadWrite),
            9 => Area {
                va: MANIFEST_VIEW,
                pa: MANIFEST.base,
                ring: Ring::Kernel,
                rights: UncachedRead,
            },
            _ => return self.stack(number - FIXED),
        })
    }

    /// The areas in no particular order.
    pub fn areas(&self) -> impl Iterator<Item = Area> + Clone + '_ {
        (0..).map_while(|number| self.area(number))
    }

    /// One of the kernel's own stacks without its guard page.
    const fn stack(&self, index: u32) -> Option<Area> {
        if self.stack_size <= PAGE_SIZE || index >= self.stacks.size / self.stack_size {
            return None;
        }
        let stack = Region {
            base: self.stacks.base + index * self.stack_size + PAGE_SIZE,
            size: self.stack_size - PAGE_SIZE,
        };
        Some(Area::cached(stack, Ring::Kernel, Rights::ReadWrite))
    }

    /// Writes all words of one of the two tables: `put(index, word)`, some
    /// indices twice.
    pub fn fill(&self, table: KernelTable, mut put: impl FnMut(usize, u32)) {
        for index in 0..TABLE_WORDS {
            put(index, Pte::ABSENT_KERNEL.word());
        }
        for area in self.areas() {
            let Some((of, first)) = KernelTable::of(area.va.base) else {
                continue;
            };
            if of != table {
                continue;
            }
            // The next word is the same of the next page.
            let mut word = Pte::new(area.pa, area.ring, area.rights).word();
            for index in first..first + (area.va.size / PAGE_SIZE) as usize {
                put(index, word);
                word += PAGE_SIZE;
            }
        }
    }
}
