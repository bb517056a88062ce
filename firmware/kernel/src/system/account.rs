//! What the kernel holds, in numbers.

use acelab_abi::account::KernelAccount;
use acelab_abi::object::ObjectKind;

use super::Kernel;

impl Kernel {
    /// The account of the kernel.
    #[must_use]
    pub fn account(&self) -> KernelAccount {
        let objects = &self.objects;
        let pool = self.memory.pool();
        KernelAccount {
            objects: objects.len(),
            objects_high_water: objects.high_water(),
            threads: objects.count(ObjectKind::Thread),
            semaphores: objects.count(ObjectKind::Semaphore),
            mutexes: objects.count(ObjectKind::Mutex),
            events: objects.count(ObjectKind::Event),
            timers: objects.count(ObjectKind::Timer),
            slots: objects.count(ObjectKind::Slot),
            domains: objects.count(ObjectKind::Domain),
            partitions: objects.count(ObjectKind::Partition),
            channels: objects.count(ObjectKind::Channel),
            pages: pool.in_use(),
            pages_high_water: pool.high_water(),
            pages_total: crate::memory::POOL_PAGES as u32,
            deadlines: self.deadlines.len() as u32,
            heap_bytes: self.memory.heap_bytes(),
        }
    }
}
