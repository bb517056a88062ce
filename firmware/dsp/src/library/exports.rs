//! What the firmware offers to the images that it links: names and addresses.

use acelab_library::format::Symbol;

use crate::audio::{acelab_alloc, acelab_free, acelab_panic};

/// Makes the table of functions that the compiler calls on its own account; the types do not
/// matter, nobody calls them from here.
macro_rules! table {
    ($($own:ident),*; $($builtin:ident),*) => {
        unsafe extern "C" {
            $(fn $builtin();)*
        }

        /// All names of `acelab_module_abi::import::NAMES`.
        const TABLE: [(&str, fn() -> usize); acelab_module_abi::import::NAMES.len()] = [
            $((stringify!($own), || ($own as *const ()).addr()),)*
            $((stringify!($builtin), || ($builtin as *const ()).addr()),)*
        ];
    };
}

table!(
    acelab_alloc, acelab_free, acelab_panic;
    memcmp, memcpy, memmove, memset,
    __ashldi3, __ashrdi3, __divdi3, __lshrdi3, __moddi3, __muldi3, __udivdi3, __umoddi3
);

/// The table has what images are told to find in it, in this order.
const _: () = {
    let mut index = 0;
    while index < TABLE.len() {
        let (here, there) = (
            TABLE[index].0.as_bytes(),
            acelab_module_abi::import::NAMES[index].as_bytes(),
        );
        assert!(here.len() == there.len());
        let mut at = 0;
        while at < here.len() {
            assert!(here[at] == there[at]);
            at += 1;
        }
        index += 1;
    }
};

/// The address of what the firmware offers under a name, in its text, which every domain executes.
pub fn address(symbol: Symbol<'_>) -> Option<u32> {
    let found = TABLE.iter().find(|(name, _)| symbol.is(name))?;
    Some((found.1)() as u32)
}
