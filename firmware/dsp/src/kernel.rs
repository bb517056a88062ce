//! The kernel, and the ways into it.

use acelab_abi::core_id::CoreId;
use acelab_abi::interrupt::CoreLine;
use acelab_kernel::arch::xtensa::mmu::kernel_tables;
use acelab_kernel::arch::xtensa::{current_core, raise, without_interrupts};
use acelab_kernel::cross_core;
use acelab_kernel::smp::{KernelLock, ShootDown};
use acelab_kernel::system::Kernel;

use crate::deadlines::Deadlines;
use crate::port::DspPort;
use crate::switch;

/// What the lock is around.
struct Locked {
    kernel: Kernel,
    deadlines: Deadlines,
}

cross_core! {
    static KERNEL: KernelLock<Locked> = KernelLock::new(Locked {
        kernel: Kernel::new(),
        deadlines: Deadlines::new(),
    });
    static SHOOT_DOWN: ShootDown = ShootDown::new();
}

/// Core 0, once at boot, before everything else here.
pub fn init() {
    enter(|kernel, _| kernel.memory_mut().init(kernel_tables()));
}

/// Runs `f` on the kernel. For handlers, which look afterwards whether another
/// thread is to run.
#[inline]
pub fn enter<R>(f: impl FnOnce(&mut Kernel, &mut DspPort) -> R) -> R {
    let core = current_core();
    let relax = || {
        service(core);
    };
    KERNEL.with(core, relax, |locked| {
        let result = f(&mut locked.kernel, &mut DspPort::new(core));
        locked.deadlines.follow(&locked.kernel);
        result
    })
}

/// Runs `f` on the kernel. For kernel threads; if another thread is to run then,
/// it does at once.
pub fn enter_from_thread<R>(f: impl FnOnce(&mut Kernel, &mut DspPort) -> R) -> R {
    without_interrupts(|| {
        enter(|kernel, port| {
            let result = f(kernel, port);
            if kernel.next_differs(current_core()) {
                raise(CoreLine::Software1);
            }
            result
        })
    })
}

/// Runs `f` on the deadlines that are not the kernel's.
pub fn with_deadlines<R>(f: impl FnOnce(&mut Deadlines) -> R) -> R {
    without_interrupts(|| {
        let core = current_core();
        let relax = || {
            service(core);
        };
        KERNEL.with(core, relax, |locked| {
            let result = f(&mut locked.deadlines);
            locked.deadlines.follow(&locked.kernel);
            result
        })
    })
}

/// Answers requests to drop translations. For every handler of the doorbell and
/// every loop that waits for another core.
pub fn service(core: CoreId) {
    SHOOT_DOWN.service(core, switch::forget_translations);
}

/// This core takes part in shoot-downs from now on.
pub fn join(core: CoreId) {
    SHOOT_DOWN.join(core, switch::forget_translations);
}

/// This core runs no thread any more.
pub fn leave(core: CoreId) {
    SHOOT_DOWN.leave(core);
}

/// A core has lost its power in the middle of something.
pub fn abandon(core: CoreId) {
    SHOOT_DOWN.remove(core);
}

/// See [`acelab_kernel::port::Port::shoot_down`].
pub(crate) fn shoot_down(core: CoreId, ring: impl FnMut(CoreId), still: impl FnMut() -> bool) {
    let answered = SHOOT_DOWN.request(core, switch::forget_translations, ring, still);
    if let Err(silent) = answered {
        panic!("core {} does not drop its translations", silent.0);
    }
}
