//! Guarded calls and confined threads, see [`acelab_abi::syscall::guard`].
//!
//! What the kernel reads of a guard are three words at the top of the thread's
//! stack, which is there as long as the thread; whatever the thread has written
//! there, nobody else is concerned.

use acelab_abi::syscall::guard::{GuardWord, is_allowed, is_for_confined};
use acelab_abi::syscall::{FOREVER, SysError, Syscall};

use super::args::Args;
use super::dispatch::Answer;
use super::{Fate, Kernel, Ring, Start};
use crate::ids::ThreadId;
use crate::port::Port;
use crate::thread::{Guard, Limits, Pending, State, Thread, Wait};

/// The system call: from here on the caller can make guarded calls.
pub(super) fn register<P: Port>(
    kernel: &mut Kernel,
    port: &mut P,
    caller: ThreadId,
    args: &Args,
) -> Answer {
    let entry = args.word(0);
    let record = kernel.thread(caller);
    if record.ring == Ring::Kernel {
        return Err(SysError::Permission.into());
    }
    if record.limits != Limits::None {
        return Err(SysError::BadState.into());
    }
    if !kernel.memory.may_execute(port, record.space(), entry) {
        return Err(SysError::InvalidValue.into());
    }
    let Some(stack) = &record.stack else {
        return Err(SysError::BadState.into());
    };
    let block = record.local_block();
    let guard = Guard {
        block: stack.block(),
        entry,
        seen: 0,
        samples: 0,
    };
    kernel.threads[caller.index()].limits = Limits::Guarded(guard);
    port.watch(caller);
    Ok([block, 0])
}

impl Kernel {
    /// Whether a thread may make a system call.
    #[inline(always)]
    pub(super) fn may_call(&self, port: &impl Port, caller: ThreadId, number: u32) -> bool {
        match self.threads[caller.index()].limits {
            Limits::None => true,
            Limits::Confined => is_one_of(number, is_for_confined),
            Limits::Guarded(guard) => guard.is_outside(port) || is_one_of(number, is_allowed),
        }
    }

    /// A thread that runs has done something wrong: it ends, or only the guarded
    /// call in which it is.
    pub fn fail(&mut self, port: &mut impl Port, thread: ThreadId, fate: Fate) {
        let Some((block, serial)) = self.guarded_call(port, thread) else {
            self.stop(port, thread, fate);
            return;
        };
        for (word, value) in [
            (GuardWord::Serial, serial.wrapping_add(1)),
            (GuardWord::Reason, fate.reason.code()),
            (GuardWord::Value, fate.value),
            (GuardWord::Pc, fate.pc),
            (GuardWord::Address, fate.address),
        ] {
            port.write(block + word.offset(), &value.to_le_bytes());
        }
        let record = &mut self.threads[thread.index()];
        record.fate = fate;
        let core = record.core;
        // Its registers are still those of the fault: they are reported first.
        self.block(thread, Wait::Report, FOREVER);
        self.announce_report(port, core);
    }

    /// A thread that runs has done so for another [`SAMPLE_MICROS`], and is at
    /// `pc`.
    ///
    /// [`SAMPLE_MICROS`]: acelab_abi::syscall::guard::SAMPLE_MICROS
    pub fn sample(&mut self, port: &mut impl Port, thread: ThreadId, pc: u32) {
        let Some((block, serial)) = self.guarded_call(port, thread) else {
            return;
        };
        let Limits::Guarded(guard) = &mut self.threads[thread.index()].limits else {
            return;
        };
        if guard.seen != serial {
            guard.seen = serial;
            guard.samples = 0;
        }
        guard.samples = guard.samples.saturating_add(1);
        let samples = guard.samples;
        let limit = port.word(block + GuardWord::Limit.offset());
        if samples > limit {
            self.fail(port, thread, Fate::over_budget(limit, pc));
        }
    }

    /// Whose code ran in the guarded call of a thread that waits for the report
    /// on its end; `None` for a thread that ends itself.
    #[must_use]
    pub fn ended_call(&self, port: &impl Port, thread: ThreadId) -> Option<u32> {
        match self.thread(thread) {
            Thread {
                wait: Wait::Report,
                limits: Limits::Guarded(guard),
                ..
            } => Some(port.word(guard.block + GuardWord::Who.offset())),
            _ => None,
        }
    }

    /// The report on a guarded call is written, and its thread goes on.
    pub(super) fn recover(&mut self, port: &mut impl Port, thread: ThreadId) {
        self.finish_wait(port, thread, Ok([0; 2]));
        let record = &mut self.threads[thread.index()];
        if let Limits::Guarded(guard) = record.limits {
            let block = record.local_block();
            record.pending = Pending::Start(Start {
                entry: guard.entry,
                arg: block,
                stack: block,
                ring: record.ring,
                thread_pointer: block,
            });
        }
    }

    /// The guarded call in which a thread that runs is: the address of its block,
    /// as the kernel has it, and the serial.
    fn guarded_call(&self, port: &impl Port, thread: ThreadId) -> Option<(u32, u32)> {
        let record = self.thread(thread);
        let Limits::Guarded(guard) = record.limits else {
            return None;
        };
        // Read once: other threads of the domain may change it at any time.
        let serial = guard.serial(port);
        let inside = serial & 1 != 0 && record.state == State::Ready;
        inside.then_some((guard.block, serial))
    }
}

impl Guard {
    /// The word that is odd in a guarded call.
    fn serial(&self, port: &impl Port) -> u32 {
        port.word(self.block + GuardWord::Serial.offset())
    }

    #[inline(always)]
    fn is_outside(&self, port: &impl Port) -> bool {
        self.serial(port) & 1 == 0
    }
}

#[inline(never)]
fn is_one_of(number: u32, calls: fn(Syscall) -> bool) -> bool {
    Syscall::from_number(number).is_some_and(calls)
}
