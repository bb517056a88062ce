//! What the firmware offers to every image that it links.

/// Memory for the instance that is being called: size and alignment in bytes; null when its share
/// is used up.
pub const ALLOC: &str = "acelab_alloc";
/// Gives memory of [`ALLOC`] back.
pub const FREE: &str = "acelab_free";
/// The module cannot go on: address and bytes of a text. It does not come back.
pub const PANIC: &str = "acelab_panic";

/// All names that the firmware resolves. LLVM calls the later ones on its own account; whatever
/// else it may call is linked into the image.
pub const NAMES: [&str; 15] = [
    ALLOC,
    FREE,
    PANIC,
    "memcmp",
    "memcpy",
    "memmove",
    "memset",
    "__ashldi3",
    "__ashrdi3",
    "__divdi3",
    "__lshrdi3",
    "__moddi3",
    "__muldi3",
    "__udivdi3",
    "__umoddi3",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_there_twice() {
        let names: std::collections::BTreeSet<_> = NAMES.iter().collect();
        assert_eq!(names.len(), NAMES.len());
    }
}
