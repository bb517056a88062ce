//! How a thread comes to wait, and how that ends.

use acelab_abi::syscall::{FOREVER, SysError};

use super::{Kernel, Stop};
use crate::ids::ThreadId;
use crate::object::{Object, ObjectId};
use crate::port::Port;
use crate::sync::DeadlineKey;
use crate::thread::{Pending, State, ThreadSet, Wait};

impl Kernel {
    /// The caller waits until `deadline`, in wall clock ticks. A deadline that
    /// is past is over at once.
    #[inline(never)]
    pub(crate) fn wait(
        &mut self,
        port: &impl Port,
        caller: ThreadId,
        wait: Wait,
        deadline: u64,
    ) -> Stop {
        if deadline <= port.now() {
            return Stop::Error(SysError::Timeout);
        }
        self.block(caller, wait, deadline)
    }

    /// The caller waits, even if `deadline` is past: then it goes on as soon as
    /// interrupts have come in.
    pub(crate) fn block(&mut self, caller: ThreadId, wait: Wait, deadline: u64) -> Stop {
        if self.threads[caller.index()].idle {
            return Stop::Error(SysError::BadState);
        }
        let sequence = self.next_sequence();
        self.make_unready(caller);
        let record = &mut self.threads[caller.index()];
        record.state = State::Waiting;
        record.wait = wait;
        record.sequence = sequence;
        if let Some(waiters) = self.waiters_mut(wait) {
            waiters.insert(caller);
        }
        if deadline != FOREVER {
            self.deadlines
                .set(DeadlineKey::thread(caller), deadline, sequence);
        }
        Stop::Blocked
    }

    /// The wait of a thread is over, with these results or this error.
    pub(crate) fn finish_wait(
        &mut self,
        port: &mut impl Port,
        thread: ThreadId,
        answer: Result<[u32; 2], SysError>,
    ) {
        let holder = self.leave_wait(thread);
        self.threads[thread.index()].pending = Pending::Answer(words(answer));
        self.make_ready(port, thread);
        if let Some(holder) = holder {
            self.inherit(port, holder);
        }
    }

    /// A thread waits no more; answers the holder of the mutex that it waited
    /// for, whose priority is to be computed anew.
    pub(crate) fn leave_wait(&mut self, thread: ThreadId) -> Option<ThreadId> {
        let record = &mut self.threads[thread.index()];
        let wait = core::mem::replace(&mut record.wait, Wait::None);
        self.deadlines.cancel(DeadlineKey::thread(thread));
        if let Some(waiters) = self.waiters_mut(wait) {
            waiters.remove(thread);
        }
        match wait {
            Wait::Mutex(id) => self.mutex_holder(id),
            _ => None,
        }
    }

    /// The set of those that wait for the same.
    fn waiters_mut(&mut self, wait: Wait) -> Option<&mut ThreadSet> {
        if let Wait::Join(id) = wait {
            let thread = self.thread_of(id)?;
            return Some(&mut self.threads[thread.index()].joiners);
        }
        let object = &mut self.objects.get_mut(wait.object()?).object;
        match (object, wait) {
            (Object::Semaphore(semaphore), _) => Some(&mut semaphore.waiters),
            (Object::Mutex(mutex), _) => Some(&mut mutex.waiters),
            (Object::Event(event), _) => Some(&mut event.waiters),
            (Object::Timer(timer), _) => Some(&mut timer.waiters),
            (Object::Slot(slot), Wait::Send(_)) => Some(&mut slot.senders),
            (Object::Slot(slot), Wait::Receive { .. }) => Some(&mut slot.receivers),
            _ => None,
        }
    }

    /// Ends the wait of everybody in a set with an error.
    pub(crate) fn finish_all(
        &mut self,
        port: &mut impl Port,
        mut set: ThreadSet,
        answer: Result<[u32; 2], SysError>,
    ) {
        while let Some(thread) = self.most_urgent(set) {
            set.remove(thread);
            self.finish_wait(port, thread, answer);
        }
    }

    fn mutex_holder(&self, id: ObjectId) -> Option<ThreadId> {
        match &self.objects.get(id).object {
            Object::Mutex(mutex) => mutex.holder,
            _ => None,
        }
    }
}

/// The words a2 to a4 of an answer.
pub(super) fn words(answer: Result<[u32; 2], SysError>) -> [u32; 3] {
    match answer {
        Ok([first, second]) => [SysError::Ok.code(), first, second],
        Err(error) => [error.code(), 0, 0],
    }
}
