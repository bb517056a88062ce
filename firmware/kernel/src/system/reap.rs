//! What a thread leaves behind.

use super::Kernel;
use crate::ids::{DomainId, ThreadId};
use crate::object::{Object, ObjectId};
use crate::port::Port;
use crate::thread::{State, Thread, ThreadSet};

impl Kernel {
    /// Takes back what a stopped thread had: its stack, the objects it owns,
    /// its permissions; then wakes who waits for its end. For the port after the
    /// report of [`next_report`](Self::next_report) has been written; of any
    /// other thread nothing happens.
    pub fn reap(&mut self, port: &mut impl Port, thread: ThreadId) {
        let record = &mut self.threads[thread.index()];
        if record.state != State::Stopped {
            return;
        }
        record.state = State::Ended;
        let domain = record.domain.take();
        let stack = record.stack.take();
        let fate = record.fate;
        let joiners = record.joiners;
        let core = &mut self.cores[record.core.index()];
        core.leaving = core.leaving.filter(|leaving| *leaving != thread);
        core.running = core.running.filter(|running| *running != thread);
        if let Some(stack) = stack {
            self.memory.free_stack(port, stack);
        }
        port.thread_gone(thread);
        self.close_all_of(port, thread);
        self.objects.forget_thread(thread);
        if let Some(domain) = domain {
            self.leave_domain(port, domain);
        }
        self.finish_all(port, joiners, Ok([fate.reason.code(), fate.value]));
        self.free_record_without_owner(thread);
    }

    /// Closes what a dead thread owned. What others still live in belongs to
    /// nobody from now on, and goes with the last of them.
    fn close_all_of(&mut self, port: &mut impl Port, owner: ThreadId) {
        for id in ObjectId::all() {
            if self.objects.get(id).owner != Some(owner) {
                continue;
            }
            if matches!(self.objects.get(id).object, Object::Partition(_)) {
                self.close_partition(port, id);
            } else if self.close_object(port, id).is_err() {
                self.objects.detach(id);
            }
        }
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
