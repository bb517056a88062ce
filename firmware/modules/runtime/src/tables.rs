//! A table of functions for each module.

use acelab_module_abi::ModuleTable;
use acelab_module_abi::guest::{Nth, table};
use acelab_module_sdk::Library;

/// The largest number of modules of one image.
pub const MAX_MODULES: usize = 32;

/// The tables of a library's `N` modules.
pub const fn tables<L: Library, const N: usize>() -> [ModuleTable; N] {
    assert!(
        N == L::MODULES.len() && N <= MAX_MODULES,
        "an image holds at most 32 modules"
    );
    macro_rules! all {
        ($($index:literal)*) => { [$(table::<Nth<L, $index>>()),*] };
    }
    // Only those that are taken are compiled: the others have no module.
    let all: [ModuleTable; MAX_MODULES] = all!(
        0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
    );
    let mut tables = [all[0]; N];
    let mut index = 0;
    while index < N {
        tables[index] = all[index];
        index += 1;
    }
    tables
}
