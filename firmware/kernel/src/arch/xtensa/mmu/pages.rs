//! Memory as the portable kernel asks for it: words of page tables, and bytes
//! that threads point to.

use core::sync::atomic::{AtomicU8, AtomicU32, Ordering};

use acelab_abi::memory::{LIBRARY_STORE, PAGE_POOL, PAGE_SIZE, TEXT_AREA, to_uncached};

use super::image::kernel_tables;
use crate::memory::{KernelTable, KernelTables, TABLE_WORDS};

/// The part of the [`Port`](crate::port::Port) that is memory; the methods are
/// those of the port. Other cores may access the same bytes at the same time, so
/// every access is atomic, by words where that is possible.
#[derive(Debug)]
pub struct PageMemory {
    tables: KernelTables,
}

impl PageMemory {
    /// The memory of this machine.
    ///
    /// # Safety
    /// Only the portable kernel uses it, under its lock: it has checked by
    /// [`memory::Memory`](crate::memory::Memory) that the thread on whose behalf
    /// it reads or writes may do so, or the pages belong to nobody. Words of
    /// page tables are written by `Memory` alone.
    #[must_use]
    pub unsafe fn new() -> Self {
        Self {
            tables: kernel_tables(),
        }
    }

    /// Where the kernel's page tables are.
    #[must_use]
    pub fn tables(&self) -> KernelTables {
        self.tables
    }

    fn entry(&self, table: u32, index: usize) -> &'static AtomicU32 {
        assert!(
            table.is_multiple_of(PAGE_SIZE)
                && index < TABLE_WORDS
                && (PAGE_POOL.contains(table, PAGE_SIZE)
                    || [self.tables.cached, self.tables.uncached].contains(&table)),
            "not a page table"
        );
        let word: *const AtomicU32 =
            core::ptr::with_exposed_provenance(to_uncached(table) as usize + index * 4);
        // SAFETY: the page is in the pool or one of the two that the linker
        // script keeps; there is no Rust object in them, they are mapped past
        // the cache and there for ever, and the word is aligned.
        unsafe { &*word }
    }

    /// Word `index` of the page table in the page at `table`.
    ///
    /// # Panics
    /// When that is neither a page of the pool nor a table of the kernel, or has
    /// no such word.
    #[must_use]
    pub fn read_entry(&self, table: u32, index: usize) -> u32 {
        self.entry(table, index).load(Ordering::Relaxed)
    }

    /// Writes word `index` of the page table in the page at `table`.
    ///
    /// # Panics
    /// As [`read_entry`](Self::read_entry).
    pub fn write_entry(&mut self, table: u32, index: usize, entry: u32) {
        self.entry(table, index).store(entry, Ordering::Release);
    }

    /// Copies from memory at `address`.
    ///
    /// # Panics
    /// When it lies outside what the kernel's page tables map.
    pub fn read(&self, address: u32, into: &mut [u8]) {
        let (words, rest) = parts(address, into.len(), Use::Read);
        let (head, tail) = into.split_at_mut(words.len() * 4);
        for (word, to) in words.iter().zip(head.chunks_exact_mut(4)) {
            to.copy_from_slice(&word.load(Ordering::Relaxed).to_le_bytes());
        }
        for (byte, to) in rest.iter().zip(tail) {
            *to = byte.load(Ordering::Relaxed);
        }
    }

    /// The word at `address`.
    ///
    /// # Panics
    /// When it is no word of the page pool.
    #[must_use]
    pub fn word(&self, address: u32) -> u32 {
        assert!(PAGE_POOL.contains(address, 4) && address.is_multiple_of(4));
        let word: *const AtomicU32 = core::ptr::with_exposed_provenance(address as usize);
        // SAFETY: the pool is mapped for ever, by the contract of `new` the bytes
        // may be accessed now, and the word is aligned; a thread may write it
        // meanwhile: hence an atomic.
        unsafe { &*word }.load(Ordering::Relaxed)
    }

    /// Copies words from memory at `address`, a multiple of four.
    ///
    /// # Panics
    /// As [`read`](Self::read).
    pub fn read_words(&self, address: u32, into: &mut [u32]) {
        let (words, _) = parts(address, into.len() * 4, Use::Read);
        for (word, to) in words.iter().zip(into) {
            *to = word.load(Ordering::Relaxed);
        }
    }

    /// Copies words to memory at `address`, a multiple of four.
    ///
    /// # Panics
    /// As [`write`](Self::write).
    pub fn write_words(&mut self, address: u32, from: &[u32]) {
        let (words, _) = parts(address, from.len() * 4, Use::Write);
        for (word, from) in words.iter().zip(from) {
            word.store(*from, Ordering::Relaxed);
        }
    }

    /// Copies to memory at `address`.
    ///
    /// # Panics
    /// As [`read`](Self::read), and for the text.
    pub fn write(&mut self, address: u32, from: &[u8]) {
        let (words, rest) = parts(address, from.len(), Use::Write);
        let (head, tail) = from.split_at(words.len() * 4);
        for (word, from) in words.iter().zip(head.chunks_exact(4)) {
            let value = u32::from_le_bytes([from[0], from[1], from[2], from[3]]);
            word.store(value, Ordering::Relaxed);
        }
        for (byte, from) in rest.iter().zip(tail) {
            byte.store(*from, Ordering::Relaxed);
        }
    }

    /// Fills memory at `address`.
    ///
    /// # Panics
    /// As [`write`](Self::write).
    pub fn fill(&mut self, address: u32, len: u32, byte: u8) {
        let (words, rest) = parts(address, len as usize, Use::Write);
        let value = u32::from_le_bytes([byte; 4]);
        // Mostly whole pages: an instruction per word and few beside it.
        let (blocks, words) = words.as_chunks::<8>();
        for [a, b, c, d, e, f, g, h] in blocks {
            a.store(value, Ordering::Relaxed);
            b.store(value, Ordering::Relaxed);
            c.store(value, Ordering::Relaxed);
            d.store(value, Ordering::Relaxed);
            e.store(value, Ordering::Relaxed);
            f.store(value, Ordering::Relaxed);
            g.store(value, Ordering::Relaxed);
            h.store(value, Ordering::Relaxed);
        }
        for word in words {
            word.store(value, Ordering::Relaxed);
        }
        for to in rest {
            to.store(byte, Ordering::Relaxed);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Read,
    Write,
}

/// Whether memory is mapped for the kernel, and no text that would be written.
#[inline(never)]
fn is_outside_of_pool(address: u32, size: u32, purpose: Use) -> bool {
    let mapped = [
        KernelTable::Cached.window(),
        KernelTable::Uncached.window(),
        LIBRARY_STORE,
    ]
    .iter()
    .any(|window| window.contains(address, size));
    mapped && !(purpose == Use::Write && TEXT_AREA.contains(address, 1))
}

/// `len` bytes at `address`, as whole words and the bytes after them; as bytes
/// only when it is not aligned.
fn parts(address: u32, len: usize, purpose: Use) -> (&'static [AtomicU32], &'static [AtomicU8]) {
    let size = u32::try_from(len).expect("an address space has 32 bits");
    // Nearly always it is in the pool.
    assert!(
        PAGE_POOL.contains(address, size) || is_outside_of_pool(address, size, purpose),
        "not memory of the kernel or its threads"
    );
    let words = if address.is_multiple_of(4) {
        len / 4
    } else {
        0
    };
    let start = address as usize;
    // SAFETY: by the contract of `PageMemory::new` the bytes may be accessed now
    // through this address, which the kernel has mapped; what is
    // there in Rust's eyes is a thread's own, who waits for the result of a
    // system call, or nobody's. Other threads may change it meanwhile: hence
    // atomics. Words are aligned.
    unsafe {
        (
            core::slice::from_raw_parts(core::ptr::with_exposed_provenance(start), words),
            core::slice::from_raw_parts(
                core::ptr::with_exposed_provenance(start + words * 4),
                len - words * 4,
            ),
        )
    }
}
