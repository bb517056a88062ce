//! The audio threads of a core come and go: core 0 asks, the core's own kernel
//! thread `work` does it.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_kernel::cross_core;
use acelab_kernel::idc::Message;

use super::forward;
use super::threads::CoreAudio;
use crate::klog::log;
use crate::{doorbell, power, threads};

/// Time in which a core's threads end or begin.
const MILLIS: u32 = 10;

/// There are no audio threads.
const DOWN: u32 = 0;
/// They take commands.
const UP: u32 = 1;
/// One of them was stopped by a fault, and the others with it.
const DEAD: u32 = 2;

cross_core! {
    /// State of each core's audio threads; the core itself writes it.
    static STATES: [AtomicU32; MAX_CORES] = [const { AtomicU32::new(DOWN) }; MAX_CORES];
    /// What core 0 wants it to be.
    static WANTED: [AtomicU32; MAX_CORES] = [const { AtomicU32::new(UP) }; MAX_CORES];
}

/// Whether `core` takes commands.
pub fn is_up(core: CoreId) -> bool {
    STATES[core.index()].load(Ordering::Acquire) == UP
}

/// The thread `ipc`: before a core gets its power.
pub fn reset(core: CoreId) {
    STATES[core.index()].store(DOWN, Ordering::Release);
    WANTED[core.index()].store(UP, Ordering::Release);
}

/// The thread `ipc`: ends the audio threads of `core`; whether that was done in
/// time.
pub fn stop(core: CoreId) -> bool {
    ask(core, DOWN)
}

/// The thread `ipc`: the core goes on, since it could not be switched off.
pub fn start_again(core: CoreId) -> bool {
    ask(core, UP)
}

fn ask(core: CoreId, wanted: u32) -> bool {
    WANTED[core.index()].store(wanted, Ordering::Release);
    let _ = threads::event(core).post(threads::AUDIO);
    let done = || STATES[core.index()].load(Ordering::Acquire) == wanted;
    power::wait_until(MILLIS, done)
}

/// The audio of one core, kept by its thread `work`.
pub struct Audio {
    core: CoreId,
    running: Option<CoreAudio>,
}

impl Audio {
    /// Starts the audio of `core`, the executing one.
    pub fn start(core: CoreId) -> Self {
        let mut audio = Self {
            core,
            running: None,
        };
        audio.follow();
        audio
    }

    /// Whether its threads run.
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Does what core 0 wants.
    pub fn follow(&mut self) {
        let wanted = WANTED[self.core.index()].load(Ordering::Acquire);
        let state = STATES[self.core.index()].load(Ordering::Acquire);
        match (wanted, state) {
            (UP, DOWN) => match CoreAudio::start(self.core) {
                Ok(running) => {
                    forward::forget(self.core);
                    self.running = Some(running);
                    self.become_state(UP);
                }
                Err(error) => {
                    log!(Error, "audio", "core {} has no audio: {error}", self.core);
                }
            },
            (DOWN, UP) => {
                if let Some(running) = self.running.take() {
                    running.stop();
                }
                self.become_state(DOWN);
            }
            (DOWN, DEAD) => self.become_state(DOWN),
            _ => {}
        }
    }

    /// A thread of the domain on this core was stopped by a fault: what it has
    /// left undone nobody can know, so the core's audio ends as a whole. The
    /// others go on.
    #[inline(never)]
    pub fn die(&mut self) {
        if let Some(running) = self.running.take() {
            // Nobody sends it anything from here on.
            STATES[self.core.index()].store(DEAD, Ordering::Release);
            running.kill();
            log!(Error, "audio", "audio of core {} has stopped", self.core);
            self.become_state(DEAD);
        }
    }

    fn become_state(&self, state: u32) {
        STATES[self.core.index()].store(state, Ordering::Release);
        if self.core.is_primary() {
            threads::post(self.core, threads::CHANGED);
        } else {
            doorbell::send(CoreId::PRIMARY, Message::Notify);
        }
    }
}
