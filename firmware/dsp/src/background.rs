//! Long work of a system thread of core 0, done in what time the audio leaves.
//!
//! DP threads are less urgent than those of the system, and the kernel does not slice
//! time. So while a thread works long it is less urgent than they are. For each piece of
//! its work it has a time, after which it is as urgent as it was until that piece is
//! done: whatever they do, it goes on.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_kernel::cross_core;
use acelab_kernel::ids::ThreadId;
use acelab_kernel::port::Port;
use acelab_kernel::system::Kernel;
use acelab_kernel::time::ticks_from_millis;
use acelab_user::yield_now;

use crate::audio::MODULE_BEHIND;
use crate::{kernel, timers};

/// As urgent as a module's thread that has used up its turn.
const PRIORITY: u8 = MODULE_BEHIND as u8;
/// Time for a piece of the work.
const PATIENCE: u64 = ticks_from_millis(20);
/// In place of a thread: nobody works in the background.
const NOBODY: u32 = u32::MAX;

cross_core! {
    /// The thread that works in the background.
    static WORKER: AtomicU32 = AtomicU32::new(NOBODY);
    /// How urgent it is else.
    static URGENCY: AtomicU32 = AtomicU32::new(0);
}

/// While there is one, the thread that made it works in the background.
pub struct Background(());

impl Background {
    /// The executing thread, whose priority is `own`, works in the background.
    pub fn begin(own: u8) -> Self {
        URGENCY.store(u32::from(own), Ordering::Relaxed);
        let running = kernel::enter_from_thread(|kernel, port| kernel.running_on(port.core()));
        let worker = running.map_or(NOBODY, |thread| thread.index() as u32);
        WORKER.store(worker, Ordering::Relaxed);
        pause();
        Self(())
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        kernel::with_deadlines(|deadlines| deadlines.set_backstop(None));
        kernel::enter_from_thread(urge);
        WORKER.store(NOBODY, Ordering::Relaxed);
    }
}

/// Between two pieces of long work: equals have their turn.
pub fn pause() {
    let Some(worker) = worker() else { return };
    let end = timers::now() + PATIENCE;
    kernel::with_deadlines(|deadlines| deadlines.set_backstop(Some(end)));
    kernel::enter_from_thread(|kernel, port| {
        kernel.set_base_priority(port, worker, PRIORITY);
    });
    // There is nobody else, at worst.
    let _ = yield_now();
}

/// The time for a piece of the work is over.
pub fn overdue() {
    kernel::enter(urge);
}

fn urge(kernel: &mut Kernel, port: &mut impl Port) {
    if let Some(worker) = worker() {
        let own = URGENCY.load(Ordering::Relaxed) as u8;
        kernel.set_base_priority(port, worker, own);
    }
}

fn worker() -> Option<ThreadId> {
    ThreadId::new(WORKER.load(Ordering::Relaxed) as usize)
}
