//! Words of the `$AM1` header and of a `$AME` module entry.

use acelab_abi::manifest::{HEADER_BYTES, MODULE_BYTES};

use super::WORD;

/// Words of the header.
pub const HEADER_WORDS: usize = (HEADER_BYTES / WORD) as usize;
/// Words of a module entry.
pub const MODULE_WORDS: usize = (MODULE_BYTES / WORD) as usize;

/// `$AM1`.
pub const MAGIC: usize = 0;
/// Bytes of the header.
pub const LENGTH: usize = 1;
/// Name of the library, two words.
pub const NAME: usize = 2;
/// Pages of the file.
pub const PAGES: usize = 4;
/// Version, two words: major and minor, hotfix and build.
pub const VERSION: usize = 7;
/// Number of module entries.
pub const MODULES: usize = 9;

/// `$AME`.
pub const ENTRY_MAGIC: usize = 0;
/// Name of the module, two words.
pub const ENTRY_NAME: usize = 1;
/// UUID, four words.
pub const ENTRY_UUID: usize = 3;
/// Words of a UUID.
pub const UUID_WORDS: usize = 4;
/// Load type and domains.
pub const ENTRY_TYPE: usize = 7;
/// Digest of the text segment of the module's image.
pub const ENTRY_HASH: usize = 8;
/// Offset of the module's table in its image.
pub const ENTRY_POINT: usize = 16;
/// Cores that the module may run on.
pub const ENTRY_AFFINITY: usize = 18;
/// Most instances in the lower half; pages of bss in the upper.
pub const ENTRY_INSTANCES: usize = 19;
/// Text, read-only data and data: flags, address, file offset each.
pub const ENTRY_SEGMENTS: usize = 20;

/// Load type of a module that is linked by the loader, bits 3:0 of the type.
pub const LOAD_TYPE_LOADABLE: u32 = 2;
/// Load type of an auxiliary module: others import from it.
pub const LOAD_TYPE_AUXILIARY: u32 = 3;
/// Mask of the load type.
pub const LOAD_TYPE_MASK: u32 = 0xF;

const _: () = assert!(HEADER_WORDS == 13 && MODULE_WORDS == 29);
