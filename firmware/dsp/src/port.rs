//! What the kernel needs of the machine.

use acelab_abi::core_id::CoreId;
use acelab_abi::log::Level;
use acelab_kernel::arch::xtensa::mmu::PageMemory;
use acelab_kernel::arch::xtensa::{Mmio, cache};
use acelab_kernel::idc::Message;
use acelab_kernel::ids::{DomainId, ThreadId};
use acelab_kernel::port::{CacheOperation, Port};
use acelab_kernel::time::ticks_from_millis;

use crate::{doorbell, kernel, klog, switch, timers, user_fault, watchdog};

/// Time another core may take to drop its translations.
const SHOOT_DOWN_MILLIS: u32 = 10;

/// The machine, as the core that has the kernel lock sees it.
pub struct DspPort {
    core: CoreId,
    memory: PageMemory,
}

impl DspPort {
    /// For code on `core`.
    #[inline]
    pub fn new(core: CoreId) -> Self {
        Self {
            core,
            // SAFETY: `kernel::enter` alone makes a port, for the kernel that it
            // has the lock of.
            memory: unsafe { PageMemory::new() },
        }
    }
}

impl Port for DspPort {
    type Bus = Mmio;

    #[inline]
    fn bus(&self) -> Mmio {
        Mmio
    }

    fn now(&self) -> u64 {
        timers::now()
    }

    #[inline]
    fn core(&self) -> CoreId {
        self.core
    }

    fn read_entry(&self, table: u32, index: usize) -> u32 {
        self.memory.read_entry(table, index)
    }

    fn write_entry(&mut self, table: u32, index: usize, entry: u32) {
        self.memory.write_entry(table, index, entry);
    }

    fn read(&self, address: u32, into: &mut [u8]) {
        self.memory.read(address, into);
    }

    fn word(&self, address: u32) -> u32 {
        self.memory.word(address)
    }

    fn read_words(&self, address: u32, into: &mut [u32]) {
        self.memory.read_words(address, into);
    }

    fn write_words(&mut self, address: u32, from: &[u32]) {
        self.memory.write_words(address, from);
    }

    fn write(&mut self, address: u32, from: &[u8]) {
        self.memory.write(address, from);
    }

    fn fill(&mut self, address: u32, len: u32, byte: u8) {
        self.memory.fill(address, len, byte);
    }

    fn reschedule(&mut self, core: CoreId) {
        doorbell::send(core, Message::Reschedule);
    }

    fn shoot_down(&mut self) {
        let deadline = timers::now() + ticks_from_millis(SHOOT_DOWN_MILLIS);
        kernel::shoot_down(
            self.core,
            |other| doorbell::send(other, Message::Reschedule),
            || timers::now() < deadline,
        );
    }

    fn forget_domain(&mut self, _domain: DomainId) {
        // Every core forgets the domain that it has loaded in the shoot-down that
        // follows.
    }

    fn thread_gone(&mut self, _thread: ThreadId) {
        // Each core has contexts of its own, and a context forgets the FPU when
        // a thread starts in it.
    }

    fn watch(&mut self, thread: ThreadId) {
        watchdog::start(switch::context(self.core, thread));
    }

    fn log(&mut self, thread: ThreadId, level: u32, text: &[u8]) {
        let level = Level::ALL.get(level as usize).copied();
        let name = switch::context(self.core, thread).name();
        klog::write_user_line(level.unwrap_or(Level::Debug), name.as_str(), text);
    }

    fn panicked(&mut self, thread: ThreadId, text: &[u8]) {
        user_fault::keep_words(thread, text);
    }

    fn cache(&mut self, address: u32, len: u32, operation: CacheOperation) {
        match operation {
            CacheOperation::WriteBack => cache::write_back(address, len),
            CacheOperation::Invalidate => {
                // SAFETY: the thread asks for it, for memory that it may write,
                // and gives up what it has written there.
                unsafe { cache::invalidate(address, len) };
            }
        }
    }

    #[cfg(feature = "debug-ipc")]
    fn mark(&mut self, word: u32) -> bool {
        crate::debug::mark(word);
        true
    }

    #[cfg(not(feature = "debug-ipc"))]
    fn mark(&mut self, _word: u32) -> bool {
        false
    }
}
