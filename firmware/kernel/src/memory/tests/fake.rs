//! A machine with SRAM, page tables in it, and TLBs at their worst: they hold
//! every word that was in a page table since the last shoot-down, those that map
//! nothing included. What the kernel does with memory goes through its own page
//! tables.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::vec::Vec;

use acelab_abi::core_id::CoreId;
use acelab_abi::memory::{PAGE_SIZE, Region, TEXT_AREA, to_cached};

use super::super::kernel_map::{KernelLayout, KernelTable, TABLE_SPAN};
use super::super::{KernelTables, Memory, MemoryError, Pte};
use crate::fake_bus::FakeBus;
use crate::ids::{DomainId, ThreadId};
use crate::port::{CacheOperation, Port};

/// An image as the linker script might lay it out.
pub const LAYOUT: KernelLayout = KernelLayout {
    rodata: Region::new(0xA003_0000, 0x4000),
    data: Region::new(0xA003_4000, 0x1000),
    bss: Region::new(0xA003_6000, 0x3000),
    page_tables: Region::new(0xA003_9000, 0x2000),
    uncached: Region::new(0x4003_5000, 0x1000),
    stacks: Region::new(0xA00D_8000, 0x2_8000),
    stack_size: 0x4000,
};

const TABLES: KernelTables = KernelTables {
    cached: LAYOUT.page_tables.base,
    uncached: LAYOUT.page_tables.base + PAGE_SIZE,
};

/// Does a request again until it is finished.
pub fn finish<T>(mut request: impl FnMut() -> Result<T, MemoryError>) -> Result<T, MemoryError> {
    loop {
        match request() {
            Err(MemoryError::Unfinished) => {}
            finished => return finished,
        }
    }
}

/// The machine.
pub struct Fake {
    sram: Vec<u8>,
    /// Words that a TLB may still hold although the tables have others.
    stale: BTreeSet<(u32, usize, u32)>,
    /// Domains forgotten since the last shoot-down.
    forgotten: Vec<DomainId>,
    /// Domains that are gone for every core.
    pub gone: Vec<DomainId>,
    /// Where the kernel last loaded from or stored to.
    accessed: Cell<u32>,
    /// Words of page tables that were written.
    written: usize,
    /// What was done with the cache: address, length.
    pub cached: Vec<(u32, u32)>,
    /// The core that asks.
    pub core: CoreId,
}

impl Fake {
    /// A machine as the boot code leaves it, and memory that knows it.
    pub fn booted() -> (Self, Memory) {
        let mut fake = Self {
            sram: std::vec![0; TABLE_SPAN as usize],
            stale: BTreeSet::new(),
            forgotten: Vec::new(),
            gone: Vec::new(),
            accessed: Cell::new(0),
            written: 0,
            cached: Vec::new(),
            core: CoreId::PRIMARY,
        };
        for (table, at) in [
            (KernelTable::Cached, TABLES.cached),
            (KernelTable::Uncached, TABLES.uncached),
        ] {
            LAYOUT.fill(table, |index, word| fake.put(at, index, word));
        }
        let mut memory = Memory::new();
        memory.init(TABLES);
        (fake, memory)
    }

    /// The bytes at an address of memory, through either alias, as a debugger
    /// sees them.
    pub fn bytes(&mut self, address: u32, len: u32) -> &mut [u8] {
        let window = KernelTable::Cached.window();
        let address = to_cached(address);
        assert!(window.contains(address, len), "no memory at {address:#x}");
        let start = (address - window.base) as usize;
        &mut self.sram[start..start + len as usize]
    }

    /// A word of a page table as a debugger writes it.
    pub fn put(&mut self, table: u32, index: usize, word: u32) {
        let at = table + 4 * index as u32;
        self.bytes(at, 4).copy_from_slice(&word.to_le_bytes());
    }

    /// The page at `table` has become a page table: what was in it before is in
    /// no TLB.
    pub fn new_table(&mut self, table: u32) {
        self.stale.retain(|&(of, _, _)| of != table);
    }

    /// Whether some TLB may hold what the tables do not say.
    pub fn has_stale_entries(&self) -> bool {
        !self.stale.is_empty() || !self.forgotten.is_empty()
    }

    /// How many words of page tables were written.
    pub fn written(&self) -> usize {
        self.written
    }

    /// Where the kernel last loaded from or stored to: through which view.
    pub fn accessed(&self) -> u32 {
        self.accessed.get()
    }

    /// A loaded or stored byte of the kernel's own: faults as the MMU would.
    fn access(&self, address: u32, store: bool) -> usize {
        self.accessed.set(address);
        let offset = (to_cached(address) - KernelTable::Cached.window().base) as usize;
        if TEXT_AREA.contains(address, 1) && !store {
            return offset;
        }
        let Some((table, index)) = KernelTable::of(address) else {
            panic!("the kernel has nothing mapped at {address:#x}");
        };
        let word = self.read_entry(TABLES.of(table), index);
        let Some(mapping) = Pte::from_word(word).mapping() else {
            panic!("the kernel reached the unmapped {address:#x}");
        };
        assert_eq!(mapping.pa, to_cached(address) & !(PAGE_SIZE - 1));
        assert!(!store || mapping.rights.writable(), "store to {address:#x}");
        offset
    }

    /// Fails when a TLB may still map the page for anybody: who takes pages back
    /// or gives them out comes too early.
    fn assert_not_in_tlb(&self, page: u32) {
        for &(_, _, word) in &self.stale {
            let mapping = Pte::from_word(word).mapping();
            assert!(
                mapping.is_none_or(|mapping| mapping.pa != page),
                "{page:#x} is still in a TLB"
            );
        }
    }
}

impl Port for Fake {
    type Bus = &'static FakeBus<'static>;

    fn bus(&self) -> Self::Bus {
        panic!("memory has no registers");
    }

    fn now(&self) -> u64 {
        0
    }

    fn core(&self) -> CoreId {
        self.core
    }

    fn read_entry(&self, table: u32, index: usize) -> u32 {
        let at = (table - KernelTable::Cached.window().base) as usize + 4 * index;
        u32::from_le_bytes(self.sram[at..at + 4].try_into().unwrap())
    }

    fn write_entry(&mut self, table: u32, index: usize, entry: u32) {
        self.written += 1;
        let old = self.read_entry(table, index);
        if old != entry {
            self.stale.insert((table, index, old));
        }
        self.put(table, index, entry);
    }

    fn read(&self, address: u32, into: &mut [u8]) {
        for (index, byte) in into.iter_mut().enumerate() {
            *byte = self.sram[self.access(address + index as u32, false)];
        }
    }

    fn word(&self, address: u32) -> u32 {
        let mut bytes = [0; 4];
        self.read(address, &mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn read_words(&self, address: u32, into: &mut [u32]) {
        for (word, at) in into.iter_mut().zip((address..).step_by(4)) {
            *word = self.word(at);
        }
    }

    fn write_words(&mut self, address: u32, from: &[u32]) {
        for (word, at) in from.iter().zip((address..).step_by(4)) {
            self.write(at, &word.to_le_bytes());
        }
    }

    fn write(&mut self, address: u32, from: &[u8]) {
        for (index, byte) in from.iter().enumerate() {
            let at = self.access(address + index as u32, true);
            self.sram[at] = *byte;
        }
    }

    fn fill(&mut self, address: u32, len: u32, byte: u8) {
        for offset in (0..len).step_by(64) {
            let at = self.access(address + offset, true);
            self.sram[at..at + 64].fill(byte);
        }
        for page in (address & !(PAGE_SIZE - 1)..address + len).step_by(PAGE_SIZE as usize) {
            self.assert_not_in_tlb(page);
        }
        assert!(self.forgotten.is_empty(), "a core may have it loaded");
    }

    fn reschedule(&mut self, _core: CoreId) {}

    fn shoot_down(&mut self) {
        self.stale.clear();
        self.gone.append(&mut self.forgotten);
    }

    fn forget_domain(&mut self, domain: DomainId) {
        self.forgotten.push(domain);
    }

    fn thread_gone(&mut self, _thread: ThreadId) {
        unreachable!("threads are not a matter of memory");
    }

    fn watch(&mut self, _thread: ThreadId) {
        unreachable!("threads are not a matter of memory");
    }

    fn log(&mut self, _thread: ThreadId, _level: u32, _text: &[u8]) {
        unreachable!("memory logs nothing");
    }

    fn panicked(&mut self, _thread: ThreadId, _text: &[u8]) {
        unreachable!("threads are not a matter of memory");
    }

    fn cache(&mut self, address: u32, len: u32, _operation: CacheOperation) {
        self.cached.push((address, len));
    }

    fn mark(&mut self, _word: u32) -> bool {
        unreachable!("memory has nothing to mark");
    }
}
