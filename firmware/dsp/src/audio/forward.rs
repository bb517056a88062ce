//! Commands from the kernel thread `ipc` to the IPC user threads of the cores, and
//! their answers.
//!
//! A core has one command at a time. Each has a number, and its answer has the
//! same: an answer that comes too late is known as such, and can be taken for no
//! other. Until it has come the core is *late* and gets no other command.

use core::sync::atomic::{AtomicU32, Ordering};

use acelab_abi::audio_fault::AudioFault;
use acelab_abi::core_id::{CoreId, MAX_CORES};
use acelab_abi::ipc4::Status;
use acelab_abi::memory::OUTBOX;
use acelab_ipc4::{Answer, Command, Forwarded, MESSAGE_WORDS, Received, wait_for_answer};
use acelab_kernel::arch::xtensa::words;
use acelab_kernel::cross_core;
use acelab_user::{Deadline, Duration, Instant, SysError, Thread, now};

use super::domain::shared;
use super::life;
use super::shared::{Objects, kernel_words};
use crate::klog::log;

/// Time that a command may take, in ms of virtual time. It is a constant of the
/// build: 20 ms is what the field had first, 100 ms what it has now.
pub const TIMEOUT_MILLIS: u32 = if cfg!(feature = "timeout-20") {
    20
} else {
    100
};

/// The same as a span.
const LIMIT: Duration = Duration::from_millis(TIMEOUT_MILLIS);

/// What the kernel says of a wait that was in vain: the number of EAGAIN.
const AGAIN: i32 = -11;

cross_core! {
    /// Number of the command that each core is late with; 0 if it is not.
    static LATE: [AtomicU32; MAX_CORES] = [const { AtomicU32::new(0) }; MAX_CORES];
    /// When each core became late, in ms of the wall clock.
    static LATE_SINCE: [AtomicU32; MAX_CORES] = [const { AtomicU32::new(0) }; MAX_CORES];
}

/// The objects by which `core` is spoken to.
fn objects(core: CoreId) -> Option<Objects> {
    if !life::is_up(core) {
        return None;
    }
    shared()?.core(core).objects()
}

/// The thread that makes instances on `core`.
pub fn ipc_thread(core: CoreId) -> Option<Thread> {
    Some(objects(core)?.ipc)
}

/// Has `core` execute a command and waits for what comes of it. The payload of a
/// success is in the outbox then.
pub fn forward(core: CoreId, command: Command) -> Forwarded {
    let Some(objects) = objects(core) else {
        return Forwarded::Gone;
    };
    if LATE[core.index()].load(Ordering::Relaxed) != 0 {
        return Forwarded::Late;
    }
    if objects
        .commands
        .send(&command.to_words(), Deadline::NOW)
        .is_err()
    {
        return Forwarded::Gone;
    }
    let end = now() + LIMIT;
    let (forwarded, discarded) = wait_for_answer(
        command.sequence,
        || receive(&objects, Deadline::at(end), command.sequence),
        || now() >= end,
    );
    if discarded > 0 {
        // User code has made them up: there is one command at a time.
        log!(
            Warning,
            "ipc",
            "IPC user: {discarded} answers of core {core} are of no command"
        );
    }
    match forwarded {
        Forwarded::Done(answer) if answer.status == Status::Success => {
            copy_payload(&objects, answer.payload);
        }
        Forwarded::TimedOut => {
            log!(Error, "ipc", "IPC user: sem error {AGAIN}");
            LATE_SINCE[core.index()].store(millis(now()), Ordering::Relaxed);
            LATE[core.index()].store(command.sequence, Ordering::Relaxed);
        }
        _ => {}
    }
    forwarded
}

/// One look into the slot of a core's answers, for the command with this number.
fn receive(objects: &Objects, deadline: Deadline, sequence: u32) -> Received {
    let mut words = [0; MESSAGE_WORDS];
    match objects.answers.receive_words(&mut words, deadline) {
        Ok(bytes) => {
            if planted(AudioFault::StaleCompletion) {
                words[0] = sequence;
            }
            Received::Message(words, bytes)
        }
        Err(SysError::Timeout) => Received::Nothing,
        // The core's audio has ended: the slot is closed.
        Err(_) => Received::Closed,
    }
}

/// The answer that `core` was late with, once it has come. Looks at one message:
/// user code may have any number of them.
pub fn late_answer(core: CoreId) -> Option<Answer> {
    let late = LATE[core.index()].load(Ordering::Relaxed);
    if late == 0 {
        return None;
    }
    let Some(objects) = objects(core) else {
        forget(core);
        return None;
    };
    if planted(AudioFault::LateCompletionKept) {
        return None;
    }
    if planted(AudioFault::StaleCompletion) {
        forget(core);
        return Some(Answer {
            sequence: late,
            status: Status::Failure,
            extension: 0,
            payload: 0,
        });
    }
    let answer = receive(&objects, Deadline::NOW, late).answer_to(late)?;
    forget(core);
    Some(answer)
}

/// Whether `core` is late for longer than a command may take: it will hardly
/// answer any more.
pub fn is_overdue(core: CoreId) -> bool {
    let since = LATE_SINCE[core.index()].load(Ordering::Relaxed);
    LATE[core.index()].load(Ordering::Relaxed) != 0
        && millis(now()).wrapping_sub(since) > TIMEOUT_MILLIS
}

/// Whole ms on the wall clock, of which differences count.
fn millis(time: Instant) -> u32 {
    (time.ticks() / Duration::from_millis(1).ticks()) as u32
}

/// The threads of `core` begin anew: they owe no answer.
pub fn forget(core: CoreId) {
    LATE[core.index()].store(0, Ordering::Relaxed);
}

/// Whether this fault is planted, to show that a test would find it.
pub fn planted(fault: AudioFault) -> bool {
    cfg!(feature = "debug-ipc") && shared().is_some_and(|shared| shared.faults() & fault.bit() != 0)
}

/// Copies what a core has written for the host to the outbox.
fn copy_payload(objects: &Objects, bytes: u32) {
    // SAFETY: the page is one of the pool, all of which the kernel has mapped. If
    // the core's audio has died since it answered, it may hold anything by now;
    // whatever it is, it is words, accessed by atomics.
    let reply = unsafe { kernel_words(objects.reply) };
    let count = (bytes as usize).div_ceil(4);
    for (to, from) in words(OUTBOX).iter().zip(reply).take(count) {
        to.store(from.load(Ordering::Relaxed), Ordering::Relaxed);
    }
}
