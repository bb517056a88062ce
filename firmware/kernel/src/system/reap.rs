//! What a thread leaves behind.

use super::Kernel;
use crate::ids::{DomainId, ThreadId};
use crate::object::{Object, ObjectId};
use crate::port::Port;
use crate::sync::DeadlineKey;
use crate::thread::{State, Thread, ThreadSet, Wait};

/// Objects that are closed in one go. Interrupts come in between.
const CLOSED_AT_ONCE: u32 = 4;

impl Kernel {
    /// Takes back what a stopped thread had: its stack, the objects it owns,
    /// its permissions; then wakes who waits for its end. For the port after the
    /// report of [`next_report`](Self::next_report) has been written. A thread
    /// whose guarded call was ended goes on then; of any other thread nothing
    /// happens.
    ///
    /// A thread that owned many objects is reaped in steps, the others from
    /// [`expire`](Self::expire).
    pub fn reap(&mut self, port: &mut impl Port, thread: ThreadId) {
        let record = &self.threads[thread.index()];
        if record.wait == Wait::Report {
            return self.recover(port, thread);
        }
        if record.state != State::Stopped {
            return;
        }
        if record.reaped.is_none() {
            self.abandon_mutexes(port, thread);
            self.take_stack(port, thread);
        }
        let from = self.threads[thread.index()].reaped.unwrap_or(0);
        if let Some(next) = self.close_some_of(port, thread, from) {
            self.threads[thread.index()].reaped = Some(next);
            let order = self.next_sequence();
            // Later than what is being expired now.
            let soon = port.now().saturating_add(1);
            self.deadlines.set(DeadlineKey::thread(thread), soon, order);
            return;
        }
        self.deadlines.cancel(DeadlineKey::thread(thread));
        self.objects.forget_thread(thread);
        let record = &mut self.threads[thread.index()];
        record.state = State::Ended;
        record.reaped = None;
        let (fate, joiners) = (record.fate, record.joiners);
        if let Some(domain) = record.domain.take() {
            self.leave_domain(port, domain);
        }
        self.finish_all(port, joiners, Ok([fate.reason.code(), fate.value]));
        self.free_record_without_owner(thread);
    }

    /// The first step: no core has anything of the thread any more.
    fn take_stack(&mut self, port: &mut impl Port, thread: ThreadId) {
        let record = &mut self.threads[thread.index()];
        record.reaped = Some(0);
        let stack = record.stack.take();
        let core = &mut self.cores[record.core.index()];
        core.leaving = core.leaving.filter(|leaving| *leaving != thread);
        core.running = core.running.filter(|running| *running != thread);
        if let Some(stack) = stack {
            self.memory.free_stack(port, stack);
        }
        port.thread_gone(thread);
    }

    /// Closes some of what a dead thread owned, from an index on; answers where
    /// to go on. What others still live in belongs to nobody from now on, and
    /// goes with the last of them.
    fn close_some_of(&mut self, port: &mut impl Port, owner: ThreadId, from: u8) -> Option<u8> {
        let mut closed = 0;
        for id in ObjectId::all().skip(usize::from(from)) {
            if self.objects.get(id).owner != Some(owner) {
                continue;
            }
            if closed >= CLOSED_AT_ONCE {
                return Some(id.get());
            }
            closed += 1;
            if matches!(self.objects.get(id).object, Object::Partition(_)) {
                // Its pages may have to go out of many page tables.
                closed = CLOSED_AT_ONCE;
                self.close_partition(port, id);
            } else if self.close_object(port, id).is_err() {
                self.objects.detach(id);
            }
        }
        None
    }

    /// The last thread of a domain that belongs to nobody takes it along.
    pub(super) fn leave_domain(&mut self, port: &mut impl Port, domain: DomainId) {
        let object = ObjectId::all().find(|id| {
            let entry = self.objects.get(*id);
            matches!(entry.object, Object::Domain(id) if id == domain) && entry.owner.is_none()
        });
        if let Some(object) = object {
            // While somebody lives in it, this is refused.
            let _ = self.close_object(port, object);
        }
    }

    fn free_record_without_owner(&mut self, thread: ThreadId) {
        let object = self.threads[thread.index()].object;
        if self.objects.get(object).owner.is_none() {
            self.free_record(thread);
        }
    }

    /// The record of an ended thread, and its object, are free again.
    pub(super) fn free_record(&mut self, thread: ThreadId) {
        let object = self.threads[thread.index()].object;
        self.objects.remove(object);
        self.threads[thread.index()] = Thread::FREE;
    }

    /// Threads in any state but free.
    #[must_use]
    pub fn live_threads(&self) -> ThreadSet {
        let mut set = ThreadSet::EMPTY;
        for thread in self.thread_ids() {
            if self.threads[thread.index()].state != State::Free {
                set.insert(thread);
            }
        }
        set
    }
}
