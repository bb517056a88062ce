//! Domains of DP threads that run loaded modules: one for each instance, with a
//! heap of its own.

use acelab_abi::core_id::CoreId;
use acelab_abi::memory::PAGE_SIZE;
use acelab_kernel::ids::{DomainId, MAX_THREADS, ThreadId};
use acelab_kernel::system::Fate;
use acelab_library::LoadError;
use acelab_library::catalogue::{DpSlot, DpSlots};
use acelab_user::{Domain, Object, SysError};

use crate::klog::log;
use crate::power::wait_until;
use crate::{audio, kernel, segments};

/// Pages beside what the module needs: what the heap itself needs.
const HEAP_EXTRA: u32 = 1;
/// Time in which the threads of a domain end, in ms.
const CLOSE_MILLIS: u32 = 5;

struct DpDomain {
    id: DomainId,
    domain: Domain,
}

/// The domains, which belong to the thread `ipc`.
pub struct DpDomains(DpSlots<DpDomain>);

impl DpDomains {
    pub const fn new() -> Self {
        Self(DpSlots::new())
    }

    /// Makes a domain with a heap of at least `heap_bytes`, and permits it to the
    /// thread that makes instances on `core`. Its place and its name.
    pub fn make(&mut self, core: CoreId, heap_bytes: u32) -> Result<(DpSlot, u32), LoadError> {
        self.close();
        let slot = self.0.free().ok_or(LoadError::TableFull)?;
        let thread = audio::ipc_thread(core).ok_or(LoadError::NotMapped)?;
        // What is wrong with it closes it, by leaving.
        let domain = Domain::create().map_err(|_| LoadError::NoPages)?;
        let word = domain.word();
        let pages = heap_bytes.div_ceil(PAGE_SIZE) + HEAP_EXTRA;
        let id = kernel::enter_from_thread(|kernel, _| kernel.domain_named(word));
        let id = id.map_err(|_| LoadError::NotMapped)?;
        segments::create_private_heap(id, pages as usize).map_err(|_| LoadError::NoPages)?;
        domain.grant(thread).map_err(|_| LoadError::NoPages)?;
        let domain = domain.leak();
        self.0.put(slot, DpDomain { id, domain });
        Ok((slot, word))
    }

    /// The kernel's number of a domain.
    pub fn id(&self, slot: DpSlot) -> Option<DomainId> {
        Some(self.0.get(slot)?.id)
    }

    /// Ends a domain, with what threads it still has.
    pub fn end(&mut self, slot: DpSlot) {
        let Some(id) = self.id(slot) else { return };
        for thread in (0..MAX_THREADS).filter_map(ThreadId::new) {
            kernel::enter_from_thread(|kernel, port| {
                if kernel.thread(thread).domain == Some(id) {
                    kernel.stop(port, thread, Fate::aborted());
                }
            });
        }
        self.0.end(slot);
        // A thread on another core takes a moment to be gone.
        if !wait_until(CLOSE_MILLIS, || self.close()) {
            log!(
                Error,
                "lib_manager",
                "the domain of a DP module does not end yet"
            );
        }
    }

    /// Closes the domains that are to end; whether none is left. One that has threads
    /// still is tried again with the next that is made or ends.
    fn close(&mut self) -> bool {
        // What is there no more has ended as well.
        self.0.clear(|DpDomain { domain, .. }| {
            matches!(domain.close(), Ok(()) | Err(SysError::BadHandle))
        })
    }
}
