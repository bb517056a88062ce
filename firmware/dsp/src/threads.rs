//! The firmware's own threads.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::object::Handle;
use acelab_abi::syscall::SysError;
use acelab_kernel::arch::xtensa::wait_for_interrupt;
use acelab_kernel::cross_core;
use acelab_kernel::ids::{MAX_THREADS, ThreadId};
use acelab_kernel::system::{Fate, Idle, Kernel, Ring, Spawn};
use acelab_user::{Deadline, Event, Object, Wait};

use crate::port::DspPort;
use crate::{host, kernel, power, stacks, start, user_fault};

/// Reports faults before anything else runs.
const WORK_PRIORITY: u32 = 0;
/// Hands out the host's commands, below the LL threads.
pub const IPC_PRIORITY: u32 = 2;
/// Pages of the stack of the thread `work`.
const WORK_PAGES: u32 = 2;
/// Pages of the stack of the thread `ipc`.
const IPC_PAGES: u32 = 4;

/// Bit of a core's event: a thread of the core has been stopped.
const REPORT: u32 = 1 << 0;
/// Bit of core 0's event: the mailbox wants the thread `ipc`.
pub const MAILBOX: u32 = 1 << 1;
/// Bit of core 0's event: something that `ipc` may wait for has changed.
pub const CHANGED: u32 = 1 << 2;
/// Bit of a core's event: core 0 wants its audio to begin or to end.
pub const AUDIO: u32 = 1 << 3;
/// Bit of a core's event: a test waits for the core.
#[cfg(feature = "debug-ipc")]
pub const JOB: u32 = 1 << 4;

cross_core! {
    /// The event of each core's own threads; 0 before [`init`].
    static EVENTS: [AtomicU32; MAX_CORES] = [const { AtomicU32::new(0) }; MAX_CORES];
}

/// Core 0, once at boot: what the threads of all cores wait for.
pub fn init() {
    kernel::enter(|kernel, _| {
        for slot in EVENTS.iter().take(power::count() as usize) {
            let event = kernel.create_event().expect("there is room at boot");
            slot.store(event, Ordering::Release);
        }
    });
}

/// Makes this core one that runs threads, with those it needs.
///
/// # Errors
/// [`SysError::NoMemory`], and the core cannot be used, when threads have taken
/// what it needs.
pub fn start(core: CoreId) -> Result<(), SysError> {
    kernel::enter(|kernel, port| {
        let idle = Idle {
            entry: idle as extern "C" fn(u32) -> ! as usize as u32,
            stack_top: stacks::idle(core).end,
        };
        kernel.add_core(core, idle)?;
        let started = spawn(kernel, port, core);
        if started.is_err() {
            // None of them has run.
            for thread in (0..MAX_THREADS).filter_map(ThreadId::new) {
                if kernel.thread(thread).core == core && kernel.thread(thread).system {
                    kernel.stop(port, thread, Fate::aborted());
                }
            }
            let removed = kernel.remove_core(port, core);
            debug_assert!(removed.is_ok(), "nothing else is pinned to it");
        }
        started
    })
}

fn spawn(kernel: &mut Kernel, port: &mut DspPort, core: CoreId) -> Result<(), SysError> {
    let event = EVENTS[core.index()].load(Ordering::Relaxed);
    kernel.report_to(core, event, REPORT)?;
    let mut system = |name, entry: extern "C" fn(u32) -> !, priority, stack_pages| {
        let thread = Spawn {
            core,
            entry: entry as usize as u32,
            arg: 0,
            stack_pages,
            priority,
            ring: Ring::Kernel,
            domain: None,
            may_spawn: true,
            system: true,
            name,
        };
        kernel.spawn(port, thread)
    };
    system("work", work, WORK_PRIORITY, WORK_PAGES)?;
    if core.is_primary() {
        system("ipc", host::ipc, IPC_PRIORITY, IPC_PAGES)?;
    }
    #[cfg(feature = "debug-ipc")]
    if !core.is_primary() {
        system("test", crate::debug::test, IPC_PRIORITY, IPC_PAGES)?;
    }
    Ok(())
}

/// Sets bits of the event of `core`. For handlers.
pub fn post(core: CoreId, bits: u32) {
    let event = EVENTS[core.index()].load(Ordering::Acquire);
    // The event is never closed, so it is there.
    let _ = kernel::enter(|kernel, port| kernel.post_event(port, event, bits));
}

/// The event of `core`. For kernel threads.
pub fn event(core: CoreId) -> Event {
    let word = EVENTS[core.index()].load(Ordering::Acquire);
    let handle = Handle::from_word(word).expect("events are made at boot");
    Event::from_handle(handle)
}

/// Waits until one of `bits` of the event of `core` is set, and clears them; at
/// most until `deadline`.
pub fn wait(core: CoreId, bits: u32, deadline: Deadline) {
    // A deadline that has come is no error here: the caller looks for himself.
    let _ = event(core).wait(Wait::any(bits).clearing(), deadline);
}

extern "C" fn idle(_: u32) -> ! {
    loop {
        wait_for_interrupt();
    }
}

/// Brings the core up to where it can work, then reports faults, and begins and
/// ends its audio as core 0 wants.
extern "C" fn work(_: u32) -> ! {
    let core = acelab_kernel::arch::xtensa::current_core();
    let mut audio = start::finish(core);
    loop {
        wait(core, REPORT | AUDIO, Deadline::FOREVER);
        if user_fault::report_all(core) {
            audio.die();
        }
        audio.follow();
    }
}
