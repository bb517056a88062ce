//! The address map as a core sees it.
//!
//! Bases and sizes follow the ACE 3.0 device tree and `adsp_memory.h` of
//! Zephyr's `soc/intel/intel_adsp/ace`; where this machine differs, the item
//! says so.

/// A range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// The first address.
    pub base: u32,
    /// Bytes in the range.
    pub size: u32,
}

impl Region {
    /// The range of `size` bytes from `base`. Ranges that wrap do not compile
    /// in constants.
    pub const fn new(base: u32, size: u32) -> Self {
        assert!(base.checked_add(size).is_some());
        Self { base, size }
    }

    /// The first address after the range.
    pub const fn end(self) -> u32 {
        self.base + self.size
    }

    /// Whether `len` bytes from `addr` all lie in the range.
    pub const fn contains(self, addr: u32, len: u32) -> bool {
        addr >= self.base && len <= self.size && addr - self.base <= self.size - len
    }

    /// The same bytes through the uncached alias.
    pub const fn uncached(self) -> Self {
        Self {
            base: to_uncached(self.base),
            size: self.size,
        }
    }
}

/// Low-power SRAM.
pub const LP_SRAM: Region = Region::new(0xA000_0000, 64 << 10);

/// High-performance SRAM: code, data, heaps.
pub const HP_SRAM: Region = Region::new(0xA002_0000, 4608 << 10);

/// Isolated memory region: the part of host DRAM that holds the firmware
/// image.
pub const IMR: Region = Region::new(0xA100_0000, 16 << 20);

/// Hardware registers. The machine decodes all of it; what no block claims is
/// a bus error.
pub const HW_REGISTERS: Region = Region::new(0x0000_0000, 0x18_0000);

/// Page size of the MMU and of the image format.
pub const PAGE_SIZE: u32 = 4096;

/// The word in LP-SRAM from which the boot ROM takes the entry address of a
/// secondary core (`ROM_JUMP_ADDR` in Zephyr's `multiprocessing.c`).
pub const ROM_JUMP_WORD: u32 = LP_SRAM.base + 0x10;

/// The head of HP-SRAM that is kept for the windows the host sees
/// (`HP_SRAM_RESERVE`).
pub const HP_SRAM_RESERVED: Region = Region::new(HP_SRAM.base, 64 << 10);

/// Text of kernel and users, vectors first: fetched and read by everybody,
/// written by nobody, mapped by one fixed entry of 1 MiB in either TLB.
pub const TEXT_AREA: Region = Region::new(0xA010_0000, 1 << 20);

/// Read-only data, and data and stacks of the kernel, mapped page by page.
pub const KERNEL_AREA: Region = Region::new(0xA003_0000, 0xD_0000);

/// Vector table of the firmware (`VECBASE` after start).
pub const VECTORS: Region = Region::new(TEXT_AREA.base, 0x400);

/// Pages that the kernel gives out: stacks, partitions, heaps, page tables. The
/// kernel has all of them mapped where they are, cached and uncached.
pub const PAGE_POOL: Region = Region::new(0xA020_0000, 2 << 20);

/// Where user threads see the pages of their domain: a page of the pool at the
/// same distance from the start of this window as from the start of LP-SRAM.
pub const USER_WINDOW: Region = Region::new(0x6000_0000, 4 << 20);

/// Distance from a page's address in memory down to its cached address in the
/// user window.
pub const USER_DISTANCE: u32 = LP_SRAM.base - USER_WINDOW.base;

/// Distance from the cached to the uncached view of a page in the user window.
/// Only pages of the first MiB of the pool have an uncached view.
pub const USER_UNCACHED_DISTANCE: u32 = 1 << 20;

/// Where the images of loadable modules lie, the same in every domain: the part
/// of the user window between the windows of the host and the uncached view of
/// the pool. Which page of the pool is where is up to the page tables.
pub const MODULE_WINDOW: Region = Region::new(
    KERNEL_AREA.base - USER_DISTANCE,
    USER_UNCACHED_DISTANCE - (KERNEL_AREA.base - LP_SRAM.base),
);

/// Libraries as they were loaded and linked: read and written by the kernel
/// alone, through the cache and where it is, by fixed entries of the TLB of
/// 1 MiB each. No reset but one with PURGE_FW changes it.
pub const LIBRARY_STORE: Region = Region::new(IMR.base + 0x20_0000, 2 << 20);

/// The firmware's `$AM1` manifest and module table
/// (`IMR_BOOT_LDR_MANIFEST_BASE`).
pub const MANIFEST: Region = Region::new(IMR.base + 0x4_2000, 0x6000);

/// Where the boot ROM starts core 0 (`IMR_BOOT_LDR_TEXT_ENTRY_BASE`).
pub const BOOT_ENTRY: u32 = IMR.base + 0x4_8000;

/// Window 0: FW registers and the outbox.
pub const WINDOW0: Region = Region::new(HP_SRAM.base + 0x4000, 8 << 10);
/// Window 1: the inbox.
pub const WINDOW1: Region = Region::new(WINDOW0.end(), 8 << 10);
/// Window 2: the debug window, a descriptor page and one slot per core.
///
/// Panther Lake builds have 12 KiB here; this map has a log slot for each of
/// the five cores, so that no two cores share a ring.
pub const WINDOW2: Region = Region::new(WINDOW1.end(), 24 << 10);
/// Window 3: trace.
pub const WINDOW3: Region = Region::new(WINDOW2.end(), 8 << 10);

/// The windows in the order of their numbers.
pub const WINDOWS: [Region; 4] = [WINDOW0, WINDOW1, WINDOW2, WINDOW3];

/// FW registers: the first page of window 0.
pub const FW_REGISTERS: Region = Region::new(WINDOW0.base, PAGE_SIZE);
/// Outbox (uplink mailbox): the second page of window 0.
pub const OUTBOX: Region = Region::new(WINDOW0.base + PAGE_SIZE, PAGE_SIZE);
/// Inbox (downlink mailbox): window 1.
pub const INBOX: Region = WINDOW1;

const ALIAS_SHIFT: u32 = 29;
const ALIAS_MASK: u32 = 7 << ALIAS_SHIFT;
const CACHED: u32 = 5 << ALIAS_SHIFT;
const UNCACHED: u32 = 2 << ALIAS_SHIFT;

/// Whether the address lies in the 512 MiB region of cached memory.
pub const fn is_cached(addr: u32) -> bool {
    addr & ALIAS_MASK == CACHED
}

/// Whether the address lies in the 512 MiB region of the uncached alias.
pub const fn is_uncached(addr: u32) -> bool {
    addr & ALIAS_MASK == UNCACHED
}

/// The uncached alias of a cached address; any other address as it is.
///
/// Source: `soc_cache.h` of Zephyr's ACE SoCs (regions 5 and 2 of bits 31:29).
pub const fn to_uncached(addr: u32) -> u32 {
    if is_cached(addr) {
        addr & !ALIAS_MASK | UNCACHED
    } else {
        addr
    }
}

/// The cached alias of an uncached address; any other address as it is.
///
/// The machine takes cached addresses as the physical ones.
pub const fn to_cached(addr: u32) -> u32 {
    if is_uncached(addr) {
        addr & !ALIAS_MASK | CACHED
    } else {
        addr
    }
}

/// Whether `len` bytes from `addr`, through either alias, are RAM that one
/// memory holds.
pub const fn is_ram(addr: u32, len: u32) -> bool {
    let addr = to_cached(addr);
    LP_SRAM.contains(addr, len) || HP_SRAM.contains(addr, len) || IMR.contains(addr, len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_map_is_where_the_loader_and_the_host_expect_it() {
        assert_eq!(WINDOW0.base, 0xA002_4000);
        assert_eq!(WINDOW1.base, 0xA002_6000);
        assert_eq!(WINDOW2.base, 0xA002_8000);
        assert_eq!(WINDOW3.base, 0xA002_E000);
        assert_eq!(WINDOW3.end(), KERNEL_AREA.base);
        assert_eq!(KERNEL_AREA.end(), TEXT_AREA.base);
        assert_eq!(TEXT_AREA.end(), PAGE_POOL.base);
        assert!(HP_SRAM.contains(PAGE_POOL.base, PAGE_POOL.size));
        assert_eq!(MANIFEST.base, 0xA104_2000);
        assert_eq!(MANIFEST.end(), BOOT_ENTRY);
        assert!(MANIFEST.end() <= LIBRARY_STORE.base);
        assert!(IMR.contains(LIBRARY_STORE.base, LIBRARY_STORE.size));
    }

    #[test]
    fn the_module_window_lies_between_what_else_is_in_the_user_window() {
        assert!(USER_WINDOW.contains(MODULE_WINDOW.base, MODULE_WINDOW.size));
        assert_eq!(MODULE_WINDOW.base, WINDOW3.end() - USER_DISTANCE);
        let uncached_view = PAGE_POOL.base - USER_DISTANCE - USER_UNCACHED_DISTANCE;
        assert_eq!(MODULE_WINDOW.end(), uncached_view);
    }

    #[test]
    fn aliases_are_each_others_inverse() {
        assert_eq!(to_uncached(0xA002_4000), 0x4002_4000);
        assert_eq!(to_cached(0x4002_4000), 0xA002_4000);
        assert_eq!(to_uncached(0x0007_3000), 0x0007_3000);
        assert_eq!(to_cached(0xA002_4000), 0xA002_4000);
    }

    #[test]
    fn a_region_holds_its_last_byte_and_not_the_next() {
        assert!(LP_SRAM.contains(LP_SRAM.end() - 4, 4));
        assert!(!LP_SRAM.contains(LP_SRAM.end() - 3, 4));
        assert!(!LP_SRAM.contains(u32::MAX, 4));
        assert!(!LP_SRAM.contains(LP_SRAM.base, u32::MAX));
        assert!(is_ram(0x4002_0000, 4) && !is_ram(0x4001_0000, 1));
    }
}
