//! The domains of the audio threads: one for each core.
//!
//! What a loaded module does to the memory of its core's domain is no matter for the
//! others. All domains read one page that the kernel writes.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_kernel::cross_core;
use acelab_kernel::ids::DomainId;
use acelab_kernel::memory::Window;
use acelab_user::{Domain, Object, Partition, Result, SysError, rights};

use super::notify;
use super::shared::{Shared, user_address};
use crate::{kernel, power};

/// Pages of all heaps together: most of those that have an uncached view.
const HEAP_PAGES: u32 = 200;
/// The most pages of one core's heap.
const MAX_HEAP_PAGES: u32 = 128;

cross_core! {
    /// The handle of each core's domain; 0 before [`create`], and for a core that
    /// the machine does not have.
    static DOMAINS: [AtomicU32; MAX_CORES] = [const { AtomicU32::new(0) }; MAX_CORES];
    /// The cached user address of the shared page.
    static SHARED: AtomicU32 = AtomicU32::new(0);
}

/// Core 0's thread `work`, once at boot: the domains of all cores, in their order,
/// with all that does not come and go with a core. They belong to the calling thread,
/// which never ends.
///
/// A function of its own, so that the budget of the kernel's code does not count it.
#[inline(never)]
pub fn create() -> Result<()> {
    let (page, address) = Partition::create(1)?;
    let page = page.leak();
    let count = power::count();
    let heap_pages = (HEAP_PAGES / count).min(MAX_HEAP_PAGES);
    for core in CoreId::ALL.into_iter().take(count as usize) {
        let domain = Domain::create()?.leak();
        domain.create_heap(heap_pages)?;
        domain.attach(page, rights::READ | rights::UNCACHED)?;
        let (inbox, registers) = kernel::enter_from_thread(|kernel, port| {
            let mut map = |window| kernel.map_window(port, domain.word(), window);
            Ok::<_, SysError>((map(Window::Inbox)?, map(Window::FwRegisters)?))
        })?;
        // A window is at the same address in every domain.
        // SAFETY: the page of the partition above, which is never closed.
        unsafe { Shared::of_kernel(address) }.tell_windows(inbox, registers);
        DOMAINS[core.index()].store(domain.word(), Ordering::Release);
    }
    notify::start()?;
    SHARED.store(address, Ordering::Release);
    Ok(())
}

/// The domain of a core that the machine has. For kernel threads, after [`create`].
pub fn domain(core: CoreId) -> Domain {
    let word = DOMAINS[core.index()].load(Ordering::Acquire);
    Domain::from_word(word).expect("the domain is made at boot")
}

/// The kernel's number of a core's domain; `None` before [`create`].
pub fn id(core: CoreId) -> Option<DomainId> {
    let word = DOMAINS[core.index()].load(Ordering::Acquire);
    kernel::enter_from_thread(|kernel, _| kernel.domain_named(word).ok())
}

/// The shared page as ring 0 sees it; `None` before [`create`].
pub fn shared() -> Option<&'static Shared> {
    match SHARED.load(Ordering::Acquire) {
        0 => None,
        // SAFETY: the address of the page that `create` has made for this, in the
        // part of the pool with an uncached view, or it had not been attached.
        address => Some(unsafe { Shared::of_kernel(address) }),
    }
}

/// The shared page as the domain's threads see it: their argument.
pub fn shared_argument() -> u32 {
    user_address(SHARED.load(Ordering::Acquire))
}

/// Takes back what threads of `core` have left on the heap, where none of them
/// lives any more; how many blocks that were.
#[inline(never)]
pub fn clean(core: CoreId) -> u32 {
    let Some(id) = id(core) else { return 0 };
    let mut blocks = 0;
    // One at a time: interrupts come in between.
    while kernel::enter_from_thread(|kernel, port| kernel.heap_take_back(port, id, core)) {
        blocks += 1;
    }
    blocks
}
