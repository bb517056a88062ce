//! The firmware manifest: `$AM1` header and `$AME` module entries, which the
//! boot ROM checks and the firmware reads its module table from.

/// First word of the header, `$AM1` in memory order.
pub const HEADER_MAGIC: [u8; 4] = *b"$AM1";
/// First word of a module entry, `$AME` in memory order.
pub const MODULE_MAGIC: [u8; 4] = *b"$AME";

/// Size of the header in bytes.
pub const HEADER_BYTES: u32 = size_of::<Header>() as u32;
/// Size of a module entry in bytes.
pub const MODULE_BYTES: u32 = size_of::<ModuleEntry>() as u32;
/// Size of the table of functions that a loadable module has, in bytes: two numbers
/// and seven addresses.
pub const TABLE_BYTES: u32 = 4 * (2 + 7);
/// Size of the largest manifest in bytes.
pub const MAX_BYTES: u32 = 38 * 1024;

/// Byte offset of `header_len` in the header.
pub const HEADER_LEN_OFFSET: u32 = 4;
/// Byte offset of `num_module_entries` in the header.
pub const NUM_MODULE_ENTRIES_OFFSET: u32 = 36;

/// Bit of a module's type: instances may be processed in the tick.
pub const TYPE_LL_DOMAIN: u32 = 1 << 5;
/// Bit of a module's type: instances may be processed in a thread of their own.
pub const TYPE_DP_DOMAIN: u32 = 1 << 6;

/// Header of the manifest.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// [`HEADER_MAGIC`].
    pub header_id: [u8; 4],
    /// Size of this header in bytes; the module entries follow.
    pub header_len: u32,
    /// Name of the firmware, padded with zeros.
    pub name: [u8; 8],
    /// Pages of the image that the ROM loads; not used here.
    pub preload_page_count: u32,
    /// Image flags; not used here.
    pub fw_image_flags: u32,
    /// Feature bits; not used here.
    pub feature_mask: u32,
    /// Version: major, minor, hotfix, build.
    pub version: [u16; 4],
    /// Number of module entries.
    pub num_module_entries: u32,
    /// Address of the hardware buffer; not used here.
    pub hw_buf_base_addr: u32,
    /// Length of the hardware buffer; not used here.
    pub hw_buf_length: u32,
    /// Offset of the image; not used here.
    pub load_offset: u32,
}

/// One segment of a module.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Segment flags.
    pub flags: u32,
    /// Virtual address.
    pub v_base_addr: u32,
    /// Offset in the image file.
    pub file_offset: u32,
}

/// One entry of the module table.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModuleEntry {
    /// [`MODULE_MAGIC`]; a MODULES_INFO reply has the module id here.
    pub struct_id: [u8; 4],
    /// Name, padded with zeros.
    pub name: [u8; 8],
    /// UUID in memory order.
    pub uuid: [u8; 16],
    /// Load type 3:0, auto start 4, LL domain 5, DP domain 6, library code 7.
    pub module_type: u32,
    /// SHA-256 of the module's image; zero for what is built in.
    pub hash: [u8; 32],
    /// Entry point.
    pub entry_point: u32,
    /// First configuration entry.
    pub cfg_offset: u16,
    /// Number of configuration entries.
    pub cfg_count: u16,
    /// Cores the module may run on, one bit each.
    pub affinity_mask: u32,
    /// Largest number of instances.
    pub instance_max_count: u16,
    /// Size of an instance's bss in pages.
    pub instance_bss_size: u16,
    /// Text, read-only data, bss.
    pub segments: [Segment; 3],
}

const _: () = assert!(HEADER_BYTES == 52 && MODULE_BYTES == 116);
const _: () = assert!(core::mem::offset_of!(Header, header_len) == HEADER_LEN_OFFSET as usize);
const _: () = assert!(
    core::mem::offset_of!(Header, num_module_entries) == NUM_MODULE_ENTRIES_OFFSET as usize
);
