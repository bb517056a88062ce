//! What a debug build has its audio threads do that they should not, because a
//! test asks for it.

use acelab_abi::audio_fault::AudioFault;
use acelab_abi::core_id::CoreId;
use acelab_abi::debug_ipc::Disturbance;
use acelab_abi::ipc4::{ModuleType, Primary, Target};
use acelab_abi::memory::KERNEL_AREA;
use acelab_audio::{Lock, Platform};
use acelab_ipc4::Command;
use acelab_user::{Deadline, Duration, Result, SysError, now, sleep};

use super::local::Local;
use super::shared::Shared;
use super::start::Start;

/// Before the threads of `core` are started.
pub fn start(shared: &Shared, core: CoreId) -> Result<()> {
    match shared.core(core).disturbance() {
        (Disturbance::FailStart, _) => Err(SysError::NoMemory),
        _ => Ok(()),
    }
}

/// Before a command is executed.
pub fn command(start: &Start, local: &Local, command: &Command) {
    let (kind, time) = start.shared.core(start.core).disturbance();
    let primary = Primary::new(command.primary);
    let init = matches!(primary.target(), Target::Module)
        && primary.kind() == ModuleType::InitInstance.code();
    match kind {
        Disturbance::FaultInCommand => fault(),
        Disturbance::SleepInInit if init => _ = sleep(time),
        Disturbance::WorkInInit if init => work(time),
        Disturbance::AnswerWrongly => {
            let end = now() + time;
            while now() < end {
                answer(start, &[u32::MAX; 4]);
            }
        }
        Disturbance::AnswerTooLong => answer(start, &[command.sequence; 16]),
        Disturbance::HoldLockInInit if init => local.lock.with(|_| work(time)),
        _ => {}
    }
}

/// Puts words into the slot of the core's answers.
fn answer(start: &Start, words: &[u32]) {
    let answers = start.objects.answers;
    let _ = answers.send_words(words, Deadline::FOREVER);
}

/// Before a tick.
pub fn tick(start: &Start) {
    let (kind, time) = start.shared.core(start.core).disturbance();
    match kind {
        Disturbance::FaultInTick => fault(),
        Disturbance::WorkInTick => work(time),
        _ => {}
    }
}

/// When the LL thread has run its last tick for now.
pub fn no_tasks(start: &Start, local: &Local) {
    if local.system.planted(AudioFault::TaskEndWithoutPermission) {
        start
            .objects
            .answers
            .send(&[0; 4], Deadline::NOW)
            .expect("permitted");
    }
    if !local.system.planted(AudioFault::TimerStoppedForAll) {
        return;
    }
    if local.system.needs_timer() {
        // Another core has stopped the timer, and nobody starts it again.
        let _ = start.objects.wake.take(Deadline::FOREVER);
        return;
    }
    for other in CoreId::ALL.into_iter().filter(|core| *core != start.core) {
        if let Some(objects) = start.shared.core(other).objects() {
            let _ = objects.timer.stop();
        }
    }
}

/// Keeps the core busy.
fn work(time: Duration) {
    let end = now() + time;
    while now() < end {}
}

/// Reads what is the kernel's.
fn fault() {
    let word: *const u32 = core::ptr::with_exposed_provenance(KERNEL_FAULT as usize);
    // SAFETY: it is for the kernel to see that this thread gets no further.
    let _ = unsafe { word.read_volatile() };
}

/// An address that no thread of user code may read.
const KERNEL_FAULT: u32 = KERNEL_AREA.end() - 4;
