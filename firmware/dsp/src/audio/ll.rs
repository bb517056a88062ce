//! The thread `ll_thread<n>`: one tick of the engine each millisecond, while there
//! is anything to run.
//!
//! A tick is five system calls, however many streams there are: the wait for the
//! timer, the lock, an exchange with the DMA before and after the tasks, and the
//! unlock.

use acelab_abi::clock::ticks_from_micros;
use acelab_user::{Deadline, Duration, Instant, now};

use super::guest;
use super::local::Local;
use super::start::Start;

/// Length of a tick, in ticks of the wall clock. The ticks of all cores are at
/// multiples of it.
const TICK: u64 = ticks_from_micros(1000);

/// Exit code of a thread that does not find what it needs.
const LOST: u32 = 1;

/// The thread. Its argument is the address of the shared page.
pub extern "C" fn run(argument: u32) -> u32 {
    let Some(start) = Start::of(argument) else {
        return LOST;
    };
    if !guest::guard() {
        return LOST;
    }
    let Ok(address) = start.objects.engine.receive::<u32>(Deadline::FOREVER) else {
        return LOST;
    };
    let local: *const Local = core::ptr::with_exposed_provenance(address as usize);
    // SAFETY: the IPC thread of this core sends the address of its `Local`, and
    // keeps that until this thread has given `ready` a second time.
    let local = unsafe { &*local };
    if start.objects.ready.give().is_err() {
        return LOST;
    }
    serve(&start, local);
    // The IPC thread waits for it.
    let _ = start.objects.ready.give();
    0
}

/// Runs ticks while the engine has tasks, and sleeps while it has none.
fn serve(start: &Start, local: &Local) {
    let timer = start.objects.timer;
    while !local.system.is_ending() {
        if !local.system.needs_timer() {
            if start.objects.wake.take(Deadline::FOREVER).is_err() {
                return;
            }
            continue;
        }
        let first = (now().ticks() / TICK + 1) * TICK;
        let started = timer.start_periodic(Instant::from_ticks(first), Duration::from_ticks(TICK));
        if started.is_err() {
            return;
        }
        ticks(start, local, first - TICK);
        let _ = timer.stop();
        #[cfg(feature = "debug-ipc")]
        super::disturb::no_tasks(start, local);
    }
}

/// Runs ticks from the one after `due` on, until there is nothing to run.
fn ticks(start: &Start, local: &Local, mut due: u64) {
    let engine = local.engine();
    while local.system.needs_timer() {
        let Ok(expiries) = start.objects.timer.wait(Deadline::FOREVER) else {
            return;
        };
        due += u64::from(expiries) * TICK;
        #[cfg(feature = "debug-ipc")]
        super::disturb::tick(start);
        engine.run(due);
    }
}
