//! The one domain of all audio threads.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::core_id::CoreId;
use acelab_kernel::cross_core;
use acelab_kernel::ids::DomainId;
use acelab_kernel::memory::Window;
use acelab_user::{Domain, Object, Partition, Result, SysError, rights};

use super::notify;
use super::shared::{Shared, user_address};
use crate::kernel;

/// Pages of the heap: half of those that have an uncached view.
const HEAP_PAGES: u32 = 128;

cross_core! {
    /// The domain's handle; 0 before [`create`].
    static DOMAIN: AtomicU32 = AtomicU32::new(0);
    /// The cached user address of the shared page.
    static SHARED: AtomicU32 = AtomicU32::new(0);
}

/// Core 0's thread `work`, once at boot: the domain with all that belongs to no
/// core. It belongs to the calling thread, which never ends. A function of its own,
/// so that the budget of the kernel's code does not count it.
#[inline(never)]
pub fn create() -> Result<()> {
    let domain = Domain::create()?.leak();
    domain.create_heap(HEAP_PAGES)?;
    let (page, address) = Partition::create(1)?;
    domain.attach(page.leak(), rights::READ | rights::UNCACHED)?;
    let (inbox, registers) = kernel::enter_from_thread(|kernel, port| {
        kernel.keep_heap_for_cores(domain.word())?;
        let mut map = |window| kernel.map_window(port, domain.word(), window);
        Ok::<_, SysError>((map(Window::Inbox)?, map(Window::FwRegisters)?))
    })?;
    // SAFETY: the page of the partition above, which is never closed.
    unsafe { Shared::of_kernel(address) }.tell_windows(inbox, registers);
    notify::start()?;
    SHARED.store(address, Ordering::Release);
    DOMAIN.store(domain.word(), Ordering::Release);
    Ok(())
}

/// The domain. For kernel threads, after [`create`].
pub fn domain() -> Domain {
    Domain::from_word(DOMAIN.load(Ordering::Acquire)).expect("the domain is made at boot")
}

/// The kernel's number of the domain; `None` before [`create`].
pub fn id() -> Option<DomainId> {
    let word = DOMAIN.load(Ordering::Acquire);
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
    let Some(id) = id() else { return 0 };
    let mut blocks = 0;
    // One at a time: interrupts come in between.
    while kernel::enter_from_thread(|kernel, port| kernel.heap_take_back(port, id, core)) {
        blocks += 1;
    }
    blocks
}
