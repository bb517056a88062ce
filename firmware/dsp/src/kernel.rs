//! The kernel, and the ways into it.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::interrupt::CoreLine;
use acelab_kernel::arch::xtensa::mmu::{forget_translations, kernel_tables};
use acelab_kernel::arch::xtensa::{cache, current_core, raise, without_interrupts};
use acelab_kernel::cross_core;
use acelab_kernel::ids::ThreadId;
use acelab_kernel::port::Port as _;
use acelab_kernel::smp::{KernelLock, ShootDown};
use acelab_kernel::system::Kernel;
use acelab_kernel::time::ticks_from_micros;

use crate::audio;
use crate::deadlines::Deadlines;
use crate::port::DspPort;
use crate::timers;

/// Time after which a turn that nobody takes is that of a core without power, in
/// wall clock ticks; a core that is there takes its turn within a few
/// instructions.
const TURN: u64 = ticks_from_micros(100);

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
    /// How often pages were taken for the code and data of modules.
    static RENEWALS: AtomicU32 = AtomicU32::new(0);
    /// Of these, the last one before which each core has emptied its caches.
    static EMPTIED: [AtomicU32; MAX_CORES] = [const { AtomicU32::new(0) }; MAX_CORES];
}

/// Core 0, once at boot, before everything else here.
pub fn init() {
    enter(|kernel, _| kernel.memory_mut().init(kernel_tables()));
}

/// Runs `f` on the kernel. For handlers, which look afterwards whether another
/// thread is to run.
pub fn enter<R>(f: impl FnOnce(&mut Kernel, &mut DspPort) -> R) -> R {
    let mut work = on_kernel(f);
    with_lock(current_core(), &mut work);
    work.answer()
}

/// The same for the ways that are gone often, on `core`, the executing one.
#[inline(always)]
pub fn enter_on<R>(core: CoreId, f: impl FnOnce(&mut Kernel, &mut DspPort) -> R) -> R {
    KERNEL.with(
        core,
        || service(core),
        |locked| {
            let result = f(&mut locked.kernel, &mut DspPort::new(core));
            locked.deadlines.follow(&locked.kernel);
            result
        },
    )
}

/// The thread that `core`, the executing one, runs yields; who goes on, if that
/// is known without a wait.
#[inline(always)]
pub fn yield_on(core: CoreId) -> Option<ThreadId> {
    KERNEL.try_with(|locked| locked.kernel.yield_simply(core))?
}

/// Runs `f` on the kernel. For kernel threads; if another thread is to run then,
/// it does at once.
pub fn enter_from_thread<R>(f: impl FnOnce(&mut Kernel, &mut DspPort) -> R) -> R {
    let mut work = on_kernel(f);
    from_thread(&mut work);
    work.answer()
}

/// Runs `f` on the deadlines that are not the kernel's.
pub fn with_deadlines<R>(f: impl FnOnce(&mut Deadlines) -> R) -> R {
    let mut work = Once::new(|_, locked| f(&mut locked.deadlines));
    without_interrupts(|| with_lock(current_core(), &mut work));
    work.answer()
}

/// What is done behind the lock. A trait of its own, because the table of a closure
/// has its code twice: also for a call that consumes it, which nobody makes.
trait Work {
    fn run(&mut self, core: CoreId, locked: &mut Locked);
}

/// A closure and what it answers.
struct Once<F, R> {
    work: Option<F>,
    result: Option<R>,
}

impl<R, F: FnOnce(CoreId, &mut Locked) -> R> Once<F, R> {
    fn new(work: F) -> Self {
        Self {
            work: Some(work),
            result: None,
        }
    }

    fn answer(self) -> R {
        self.result.expect("it was done")
    }
}

impl<R, F: FnOnce(CoreId, &mut Locked) -> R> Work for Once<F, R> {
    fn run(&mut self, core: CoreId, locked: &mut Locked) {
        if let Some(work) = self.work.take() {
            self.result = Some(work(core, locked));
        }
    }
}

fn on_kernel<R>(
    f: impl FnOnce(&mut Kernel, &mut DspPort) -> R,
) -> Once<impl FnOnce(CoreId, &mut Locked) -> R, R> {
    Once::new(|core, locked| f(&mut locked.kernel, &mut DspPort::new(core)))
}

/// One copy of the lock's code for all that is not in a hurry.
#[inline(never)]
fn with_lock(core: CoreId, work: &mut dyn Work) {
    KERNEL.with(
        core,
        || service(core),
        |locked| {
            work.run(core, locked);
            locked.deadlines.follow(&locked.kernel);
        },
    );
}

/// The same for kernel threads. This core looks for another thread to run as soon as
/// interrupts are let in.
#[inline(never)]
fn from_thread(work: &mut dyn Work) {
    without_interrupts(|| {
        let core = current_core();
        with_lock(core, work);
        if enter(|kernel, _| kernel.next_differs(core)) {
            raise(CoreLine::Software1);
        }
    });
}

/// Answers requests to drop translations. For every handler of the doorbell and
/// every loop that waits for another core.
#[inline(never)]
pub fn service(core: CoreId) {
    SHOOT_DOWN.service(core, || forget(core));
}

/// This core takes part in shoot-downs from now on.
pub fn join(core: CoreId) {
    SHOOT_DOWN.join(core, || forget(core));
}

/// This core runs no thread any more.
pub fn leave(core: CoreId) {
    SHOOT_DOWN.leave(core);
}

/// The thread `ipc`: `dead` has lost its power in the middle of something. Its
/// threads are gone.
///
/// # Panics
/// When it had the kernel, which is half changed.
pub fn abandon(dead: CoreId) {
    SHOOT_DOWN.remove(dead);
    let passed = without_interrupts(|| {
        let own = current_core();
        KERNEL.abandon(dead, || service(own), timers::now, TURN)
    });
    assert!(
        passed.is_ok(),
        "core {dead} has lost its power inside the kernel"
    );
    enter_from_thread(|kernel, port| kernel.lose_core(port, dead));
    audio::clean(dead);
}

/// See [`acelab_kernel::port::Port::shoot_down`].
pub(crate) fn shoot_down(core: CoreId, ring: impl FnMut(CoreId), still: impl FnMut() -> bool) {
    #[cfg(feature = "debug-ipc")]
    if crate::debug::without_shoot_down() {
        forget_translations();
        return;
    }
    let answered = SHOOT_DOWN.request(core, || forget(core), ring, still);
    if let Err(silent) = answered {
        panic!("core {} does not drop its translations", silent.0);
    }
}

/// Drops what the TLB of `core`, the executing one, has read from page tables, and
/// empties its caches if pages were renewed.
fn forget(core: CoreId) {
    forget_translations();
    let renewals = RENEWALS.load(Ordering::Acquire);
    if EMPTIED[core.index()].swap(renewals, Ordering::Relaxed) != renewals {
        cache::empty();
    }
}

/// For a kernel thread: no core's caches keep anything any more of what free pages
/// held, as data of others, as their code. What is written to such a page afterwards,
/// and written back, is what every core finds there.
pub fn renew_free_pages() {
    RENEWALS.fetch_add(1, Ordering::Release);
    enter_from_thread(|_, port| port.shoot_down());
}

/// How often pages were renewed; `None` when a core that runs threads has not emptied its
/// caches since.
#[cfg(feature = "debug-ipc")]
pub fn renewals() -> Option<u32> {
    let renewals = RENEWALS.load(Ordering::Relaxed);
    let done = |core: CoreId| EMPTIED[core.index()].load(Ordering::Relaxed) == renewals;
    let running = |core: CoreId| SHOOT_DOWN.members() & core.bit() != 0;
    let all = CoreId::ALL
        .into_iter()
        .all(|core| done(core) || !running(core));
    all.then_some(renewals)
}
