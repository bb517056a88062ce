//! What the two threads of one core share: the system as the engine sees it, and
//! the engine's state behind the LL lock.

use core::cell::UnsafeCell;

use acelab_abi::memory::PAGE_SIZE;
use acelab_audio::{Engine, Lock, State};
use acelab_user::{Deadline, Mutex};

use super::platform::System;
use super::start::Start;

/// The engine's state behind the LL lock. The kernel makes the mutex when the
/// core starts, and closes it when the core's threads have ended.
pub struct LlLock {
    mutex: Mutex,
    state: UnsafeCell<State<System>>,
}

// SAFETY: `state` is reached in `with` only, by the thread that has the mutex.
unsafe impl Sync for LlLock {}

impl Lock<State<System>> for LlLock {
    fn with<R>(&self, work: impl FnOnce(&mut State<System>) -> R) -> R {
        // It cannot fail but when the core's audio ends, and this thread with it.
        let _guard = self
            .mutex
            .guard(Deadline::FOREVER)
            .expect("the LL lock is there as long as its threads");
        // SAFETY: this thread has the mutex until the guard goes; `work` is never
        // nested, so there is no other reference.
        work(unsafe { &mut *self.state.get() })
    }
}

/// What the IPC thread of a core makes, and shares with its LL thread.
pub struct Local {
    /// The system.
    pub system: System,
    /// The state.
    pub lock: LlLock,
}

/// The kernel keeps one page of the heap for each core.
const _: () = assert!(size_of::<Local>() <= PAGE_SIZE as usize);

impl Local {
    /// An engine with nothing in it.
    pub fn new(start: &Start) -> Self {
        Self {
            system: System::new(start),
            lock: LlLock {
                mutex: start.objects.lock,
                state: UnsafeCell::new(State::new()),
            },
        }
    }

    /// The engine.
    pub fn engine(&self) -> Engine<'_, System, LlLock> {
        Engine::new(&self.system, &self.lock)
    }
}
