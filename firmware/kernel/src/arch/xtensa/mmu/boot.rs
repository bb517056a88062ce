//! The kernel's page tables, before there is an MMU map.

use core::sync::atomic::{AtomicU32, Ordering};

use crate::memory::{KernelTable, TABLE_WORDS};

use super::image;

/// Writes both page tables. Called once, by the boot code of core 0, while every
/// address is what it is in memory and nothing is cached.
// SAFETY: the only symbol of this name; boot.S calls it without argument.
#[unsafe(no_mangle)]
extern "C" fn acelab_map_kernel() {
    let layout = image::layout();
    let tables = image::kernel_tables();
    for (table, base) in [
        (KernelTable::Cached, tables.cached),
        (KernelTable::Uncached, tables.uncached),
    ] {
        let words: *const [AtomicU32; TABLE_WORDS] =
            core::ptr::with_exposed_provenance(base as usize);
        // SAFETY: the linker script keeps the page for this table; it holds no
        // other Rust object, and is aligned and there for ever.
        let words = unsafe { &*words };
        layout.fill(table, |index, entry| {
            words[index].store(entry, Ordering::Relaxed);
        });
    }
}
