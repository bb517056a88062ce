//! What the portable kernel needs of the machine it runs on.

use acelab_abi::core_id::CoreId;

use crate::bus::Bus;
use crate::ids::{DomainId, ThreadId};

/// What is done with the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CacheOperation {
    /// What was written goes to memory.
    WriteBack,
    /// What was read is forgotten.
    Invalidate,
}

/// The port: implemented by the firmware on the DSP, and by a fake in tests.
///
/// Addresses are those of the kernel: memory of the page pool where it is, and
/// read-only data. The kernel has checked what it passes.
pub trait Port {
    /// How device registers are reached.
    type Bus: Bus;

    /// The registers of devices.
    fn bus(&self) -> Self::Bus;

    /// The wall clock in ticks of 38.4 MHz.
    fn now(&self) -> u64;

    /// The core that executes.
    fn core(&self) -> CoreId;

    /// Word `index` of the page table in the page at `table`.
    fn read_entry(&self, table: u32, index: usize) -> u32;

    /// Writes word `index` of the page table in the page at `table`, so that
    /// every core's page walk sees it.
    fn write_entry(&mut self, table: u32, index: usize, entry: u32);

    /// Copies from memory at `address`.
    fn read(&self, address: u32, into: &mut [u8]);

    /// The word at `address`, in the page pool.
    fn word(&self, address: u32) -> u32;

    /// Copies words from memory at `address`, a multiple of four.
    fn read_words(&self, address: u32, into: &mut [u32]);

    /// Copies words to memory at `address`, in the page pool, a multiple of four.
    fn write_words(&mut self, address: u32, from: &[u32]);

    /// Copies to memory at `address`, in the page pool.
    fn write(&mut self, address: u32, from: &[u8]);

    /// Fills memory at `address`, in the page pool.
    fn fill(&mut self, address: u32, len: u32, byte: u8);

    /// The choice of `core` may have changed: the core looks again as soon as
    /// the caller has left the kernel.
    fn reschedule(&mut self, core: CoreId);

    /// No core holds a translation any more that has been taken out of the page
    /// tables before this call.
    fn shoot_down(&mut self);

    /// `domain` is gone: no core keeps its page table loaded. Followed by
    /// [`shoot_down`](Port::shoot_down).
    fn forget_domain(&mut self, domain: DomainId);

    /// A thread is gone, and its registers with it: no core keeps any of them,
    /// those of the FPU included. The next thread with this number may be
    /// pinned to another core.
    fn thread_gone(&mut self, thread: ThreadId);

    /// From now on [`Kernel::sample`](crate::system::Kernel::sample) is called
    /// whenever `thread`, which runs on this core, has run for another
    /// [`SAMPLE_MICROS`](acelab_abi::syscall::guard::SAMPLE_MICROS).
    fn watch(&mut self, thread: ThreadId);

    /// Writes a line of `thread`, of any bytes, to the log of the core; `level`
    /// is 0 (error) to 3.
    fn log(&mut self, thread: ThreadId, level: u32, text: &[u8]);

    /// Keeps the last words of a thread, of any bytes, for its report.
    fn panicked(&mut self, thread: ThreadId, text: &[u8]);

    /// Treats the cache for `len` bytes at `address`, in one page, which the thread
    /// that runs may write.
    fn cache(&mut self, address: u32, len: u32, operation: CacheOperation);

    /// Writes a word to the debug port; answers false if the build has none.
    fn mark(&mut self, word: u32) -> bool;
}
