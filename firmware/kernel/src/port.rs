//! What the portable kernel needs of the machine it runs on.

use acelab_abi::core_id::CoreId;

/// The port: implemented by the firmware on the DSP, and by a fake in tests.
///
/// Addresses are those of the kernel: memory of the page pool where it is, and
/// read-only data. The kernel has checked what it passes.
pub trait Port {
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
    fn forget_domain(&mut self, domain: crate::ids::DomainId);
}
