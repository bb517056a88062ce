//! Where the linker has put the parts of the image.

use acelab_abi::kernel_stack::{KERNEL_STACKS, STRIDE};
use acelab_abi::memory::{PAGE_SIZE, Region, to_cached};

use crate::memory::{KernelLayout, KernelTables};

unsafe extern "C" {
    safe static __rodata_start: u8;
    safe static __rodata_end: u8;
    safe static __data_start: u8;
    safe static __data_end: u8;
    safe static __uncached_start: u8;
    safe static __uncached_end: u8;
    safe static __page_tables_start: u8;
    safe static __page_tables_end: u8;
    safe static __bss_start: u8;
    safe static __test_stacks_end: u8;
}

/// Address of a symbol of the linker script.
fn address(symbol: &'static u8) -> u32 {
    (&raw const *symbol).addr() as u32
}

/// What lies between two symbols of the linker script; the addresses are those
/// in memory.
fn between(start: &'static u8, end: &'static u8) -> Region {
    let start = to_cached(address(start));
    Region::new(start, to_cached(address(end)) - start)
}

/// Read-only data of kernel and users.
pub(super) fn rodata() -> Region {
    between(&__rodata_start, &__rodata_end)
}

/// The parts of the image as the kernel maps them.
#[must_use]
pub fn layout() -> KernelLayout {
    KernelLayout {
        rodata: rodata(),
        data: between(&__data_start, &__data_end),
        bss: between(&__bss_start, &__test_stacks_end),
        page_tables: between(&__page_tables_start, &__page_tables_end),
        uncached: between(&__uncached_start, &__uncached_end),
        stacks: KERNEL_STACKS,
        stack_size: STRIDE,
    }
}

/// Where the kernel's page tables lie in memory.
#[must_use]
pub fn kernel_tables() -> KernelTables {
    let cached = address(&__page_tables_start);
    KernelTables {
        cached,
        uncached: cached + PAGE_SIZE,
    }
}
