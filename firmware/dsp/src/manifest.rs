//! The manifest: as part of the image, and as the firmware reads it back.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::manifest::{
    HEADER_BYTES, HEADER_LEN_OFFSET, HEADER_MAGIC, Header, MAX_BYTES, MODULE_BYTES, MODULE_MAGIC,
    ModuleEntry, NUM_MODULE_ENTRIES_OFFSET, Segment, TYPE_DP_DOMAIN, TYPE_LL_DOMAIN,
};
use acelab_abi::memory::{MANIFEST, Region};
use acelab_ipc4::ModuleTable;
use acelab_ipc4::modules::{BASE_FIRMWARE, COUNT, built_in};
use acelab_kernel::arch::xtensa::words;

/// Version of the firmware: major, minor, hotfix, build.
pub const VERSION: [u16; 4] = [0, 1, 0, 0];

/// Cores that a module may run on.
const ALL_CORES: u32 = 0x1F;

const NO_SEGMENT: Segment = Segment {
    flags: 0,
    v_base_addr: 0,
    file_offset: 0,
};

#[repr(C)]
struct Image {
    header: Header,
    modules: [ModuleEntry; COUNT],
}

/// The ROM looks at the header before it starts core 0.
// SAFETY: the linker script puts the section where the ROM looks; nothing else
// is there, and only data goes in.
#[unsafe(link_section = ".fw_manifest")]
#[used]
static IMAGE: Image = Image {
    header: Header {
        header_id: HEADER_MAGIC,
        header_len: HEADER_BYTES,
        name: *b"ACELAB\0\0",
        preload_page_count: 0,
        fw_image_flags: 0,
        feature_mask: 0,
        version: VERSION,
        num_module_entries: COUNT as u32,
        hw_buf_base_addr: 0,
        hw_buf_length: 0,
        load_offset: 0,
    },
    modules: entries(),
};

const fn entries() -> [ModuleEntry; COUNT] {
    let mut entries = [entry(0); COUNT];
    let mut id = 1;
    while id < COUNT {
        entries[id] = entry(id);
        id += 1;
    }
    entries
}

/// The entry of the built-in module `id`.
const fn entry(id: usize) -> ModuleEntry {
    let module = built_in(id);
    let domains = match (id as u16 == BASE_FIRMWARE, module.data_processing) {
        (true, _) => 0,
        (false, false) => TYPE_LL_DOMAIN,
        (false, true) => TYPE_LL_DOMAIN | TYPE_DP_DOMAIN,
    };
    ModuleEntry {
        struct_id: MODULE_MAGIC,
        name: module.name,
        uuid: module.uuid,
        module_type: domains,
        hash: [0; 32],
        entry_point: 0,
        cfg_offset: 0,
        cfg_count: 0,
        affinity_mask: ALL_CORES,
        instance_max_count: module.instances,
        instance_bss_size: 0,
        segments: [NO_SEGMENT; 3],
    }
}

/// The module table as it lies in IMR, where the host has put it.
pub struct Table {
    entries: &'static [AtomicU32],
    count: u32,
}

impl Table {
    /// The table, `None` when header and size do not fit together.
    pub fn read() -> Option<Self> {
        let manifest = words(Region::new(MANIFEST.base, MANIFEST.size));
        let word = |offset: u32| Some(manifest.get(offset as usize / 4)?.load(Ordering::Relaxed));
        if word(0)? != u32::from_le_bytes(HEADER_MAGIC) {
            return None;
        }
        let start = word(HEADER_LEN_OFFSET)?;
        let count = word(NUM_MODULE_ENTRIES_OFFSET)?;
        let end = count.checked_mul(MODULE_BYTES)?.checked_add(start)?;
        if !start.is_multiple_of(4) || end > MAX_BYTES {
            return None;
        }
        let entries = manifest.get(start as usize / 4..end as usize / 4)?;
        Some(Self { entries, count })
    }
}

impl ModuleTable for Table {
    fn count(&self) -> u32 {
        self.count
    }

    fn word(&self, entry: u32, word: usize) -> Option<u32> {
        let words = MODULE_BYTES as usize / 4;
        if entry >= self.count || word >= words {
            return None;
        }
        Some(
            self.entries
                .get(entry as usize * words + word)?
                .load(Ordering::Relaxed),
        )
    }
}
