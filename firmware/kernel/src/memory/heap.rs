//! A heap of one domain. The kernel keeps what it knows of it in its own memory,
//! where no user can spoil it, and one bit array says which granules are given
//! out, another which of them begin a block: free neighbours need no joining.
//!
//! Blocks that cores have taken lie in pages of their own: what threads of a core
//! leave behind when it loses its power can be taken back as a whole.

use acelab_abi::account::HeapAccount;
use acelab_abi::core_id::CoreId;
use acelab_abi::memory::PAGE_SIZE;

use super::bits::Bits;
use super::error::MemoryError;
use super::page::PageRun;

/// Bytes that the heap gives out at least, and to which it rounds sizes up: two
/// cache lines, so that blocks share none.
pub const GRANULE: u32 = 64;

/// Largest alignment that can be asked for, in bytes.
pub const MAX_ALIGN: u32 = PAGE_SIZE;

/// Pages of the largest heap.
pub const MAX_HEAP_PAGES: usize = acelab_abi::syscall::MAX_HEAP_PAGES as usize;

/// Whether this build fills what is given out and taken back with patterns. The
/// tests look at the patterns.
pub(super) const POISON: bool = cfg!(any(feature = "poison", test));
/// What a freed byte holds in builds that poison memory.
pub(super) const FREED: u8 = 0xDD;
/// What an allocated byte holds at first in builds that poison memory.
pub(super) const ALLOCATED: u8 = 0xCD;

const GRANULES_PER_PAGE: usize = (PAGE_SIZE / GRANULE) as usize;
const WORDS: usize = MAX_HEAP_PAGES * GRANULES_PER_PAGE / u32::BITS as usize;

/// A block, by offsets from the start of the heap in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) offset: u32,
    pub(super) size: u32,
}

impl Block {
    const fn of_granules(first: usize, count: usize) -> Self {
        Self {
            offset: first as u32 * GRANULE,
            size: count as u32 * GRANULE,
        }
    }
}

/// A heap, or the place for one.
#[derive(Debug)]
pub(super) struct Heap {
    /// Its pages, while there is a heap.
    run: Option<PageRun>,
    /// Granules given out.
    used: Bits<WORDS>,
    /// Granules that begin a block.
    heads: Bits<WORDS>,
    /// The core whose blocks lie in each page, while there are any.
    cores: [Option<CoreId>; MAX_HEAP_PAGES],
    in_use: u32,
    high_water: u32,
    blocks: u32,
    allocations: u32,
    failures: u32,
}

impl Heap {
    pub(super) const fn none() -> Self {
        Self {
            run: None,
            used: Bits::new(),
            heads: Bits::new(),
            cores: [None; MAX_HEAP_PAGES],
            in_use: 0,
            high_water: 0,
            blocks: 0,
            allocations: 0,
            failures: 0,
        }
    }

    /// Makes it a heap of these pages, at most [`MAX_HEAP_PAGES`].
    pub(super) fn create(&mut self, run: PageRun) {
        assert!(run.pages().count() <= MAX_HEAP_PAGES);
        self.used.clear_all();
        self.heads.clear_all();
        self.cores = [None; MAX_HEAP_PAGES];
        self.in_use = 0;
        self.high_water = 0;
        self.blocks = 0;
        self.allocations = 0;
        self.failures = 0;
        self.run = Some(run);
    }

    /// Makes it a place for a heap; answers the pages it had.
    pub(super) const fn destroy(&mut self) -> Option<PageRun> {
        self.in_use = 0;
        self.run.take()
    }

    /// Its pages.
    pub(super) const fn run(&self) -> Option<&PageRun> {
        self.run.as_ref()
    }

    /// Bytes given out.
    pub(super) const fn in_use(&self) -> u32 {
        self.in_use
    }

    /// Its account; `None` when there is no heap.
    pub(super) fn account(&self) -> Option<HeapAccount> {
        let run = self.run.as_ref()?;
        Some(HeapAccount {
            size: run.size(),
            in_use: self.in_use,
            high_water: self.high_water,
            blocks: self.blocks,
            allocations: self.allocations,
            failures: self.failures,
        })
    }

    fn granules(&self) -> Result<usize, MemoryError> {
        let run = self.run.as_ref().ok_or(MemoryError::NoHeap)?;
        Ok(run.pages().count() * GRANULES_PER_PAGE)
    }

    /// The lowest free block of `size` bytes at a multiple of `align` for a thread
    /// of `core`.
    ///
    /// # Errors
    /// [`MemoryError::Invalid`] for size 0 and for an alignment that is no power
    /// of two up to [`MAX_ALIGN`]; [`MemoryError::HeapFull`];
    /// [`MemoryError::NoHeap`].
    pub(super) fn alloc(
        &mut self,
        core: CoreId,
        size: u32,
        align: u32,
    ) -> Result<Block, MemoryError> {
        let granules = self.granules()?;
        if size == 0 || !align.is_power_of_two() || align > MAX_ALIGN {
            return Err(MemoryError::Invalid);
        }
        let need = size.div_ceil(GRANULE) as usize;
        // The heap begins with a page, so offsets are aligned as addresses are.
        let step = align.div_ceil(GRANULE) as usize;
        let Some(first) = self.place(core, need, step, granules) else {
            self.failures = self.failures.saturating_add(1);
            return Err(MemoryError::HeapFull);
        };
        self.used.set_range(first, first + need);
        self.cores[pages(first, first + need)].fill(Some(core));
        self.heads.set(first);
        let block = Block::of_granules(first, need);
        self.in_use += block.size;
        self.high_water = self.high_water.max(self.in_use);
        self.blocks += 1;
        self.allocations = self.allocations.wrapping_add(1);
        Ok(block)
    }

    /// The lowest run of free granules that lies in no page of another core.
    fn place(&self, core: CoreId, need: usize, step: usize, granules: usize) -> Option<usize> {
        let mut from = 0;
        loop {
            let first = self.used.clear_run(from, need, step, granules)?;
            let pages = pages(first, first + need);
            let foreign = |owner: &Option<CoreId>| owner.is_some_and(|owner| owner != core);
            let Some(last) = self.cores[pages.clone()].iter().rposition(foreign) else {
                return Some(first);
            };
            from = (pages.start + last + 1) * GRANULES_PER_PAGE;
        }
    }

    /// One of the blocks that threads of `core` have taken; `None` when there are
    /// none.
    pub(super) fn first_of(&self, core: CoreId) -> Option<Block> {
        let page = self.cores.iter().position(|owner| *owner == Some(core))?;
        let end = self.granules().ok()?;
        // The lowest page of a core holds the beginning of what lies in it: the
        // pages before are not the core's.
        let first = self.heads.next_set(page * GRANULES_PER_PAGE, end);
        self.block(first as u32 * GRANULE).ok()
    }

    /// The block that begins at `offset`.
    ///
    /// # Errors
    /// [`MemoryError::Invalid`] when none does; [`MemoryError::NoHeap`].
    pub(super) fn block(&self, offset: u32) -> Result<Block, MemoryError> {
        let granules = self.granules()?;
        let first = (offset / GRANULE) as usize;
        if !offset.is_multiple_of(GRANULE) || first >= granules || !self.heads.get(first) {
            return Err(MemoryError::Invalid);
        }
        // A block ends where the next one begins or a free granule follows.
        let end = self.used.next_clear(first, granules);
        let end = self.heads.next_set(first + 1, end);
        Ok(Block::of_granules(first, end - first))
    }

    /// Whether all of the `len` bytes at `offset` are given out.
    pub(super) fn is_given_out(&self, offset: u32, len: u32) -> bool {
        let first = (offset / GRANULE) as usize;
        let end = (offset + len).div_ceil(GRANULE) as usize;
        self.used.next_clear(first, end) == end
    }

    /// Takes back the block that begins at `offset`.
    ///
    /// # Errors
    /// As [`block`](Self::block).
    pub(super) fn free(&mut self, offset: u32) -> Result<Block, MemoryError> {
        let block = self.block(offset)?;
        let first = (block.offset / GRANULE) as usize;
        let end = first + (block.size / GRANULE) as usize;
        self.used.clear_range(first, end);
        self.heads.clear(first);
        for page in pages(first, end) {
            let start = page * GRANULES_PER_PAGE;
            let end = start + GRANULES_PER_PAGE;
            if self.used.next_set(start, end) == end {
                self.cores[page] = None;
            }
        }
        self.in_use -= block.size;
        self.blocks -= 1;
        Ok(block)
    }
}

/// The pages in which granules lie.
const fn pages(first: usize, end: usize) -> core::ops::Range<usize> {
    first / GRANULES_PER_PAGE..end.div_ceil(GRANULES_PER_PAGE)
}
