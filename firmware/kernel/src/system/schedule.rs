//! Who runs next.

use acelab_abi::core_id::CoreId;
use acelab_abi::syscall::{SysError, Syscall};

use super::{Fate, Kernel, Next, Outcome, Resume};
use crate::ids::ThreadId;
use crate::memory::UserBytes;
use crate::object::ObjectId;
use crate::port::Port;
use crate::thread::{Call, Pending, State, ThreadSet, Wait};

impl Kernel {
    /// Whether [`choose`](Self::choose) would answer another thread than the
    /// one that `core` runs. Cheap; a port asks at the end of each handler after
    /// which the thread could go on.
    #[inline(always)]
    #[must_use]
    pub fn next_differs(&self, core: CoreId) -> bool {
        let core = &self.cores[core.index()];
        core.ready.first() != core.running
    }

    /// The short way of `thread_yield` for the thread that `core` runs: who goes
    /// on, if that needs nothing more. Else `None`: the call is to be done like
    /// any other.
    ///
    /// Without a way to panic, see [`ReadyQueue::rotate_first`].
    ///
    /// [`ReadyQueue::rotate_first`]: crate::thread::ReadyQueue::rotate_first
    #[inline(always)]
    pub fn yield_simply(&mut self, core: CoreId) -> Option<ThreadId> {
        let slot = self.cores.get_mut(core.index())?;
        let next = slot.ready.rotate_first(&self.links, slot.running)?;
        if !matches!(self.threads.get(next.index())?.pending, Pending::None) {
            return None;
        }
        slot.running = Some(next);
        Some(next)
    }

    /// Chooses the most urgent thread of `core` and tells how it goes on. What
    /// it has waited for is completed here, because only now its memory and its
    /// registers may be touched.
    ///
    /// # Panics
    /// When the core is not active: it has no idle thread.
    #[inline]
    pub fn choose(&mut self, port: &mut impl Port, core: CoreId) -> Next {
        let slot = &mut self.cores[core.index()];
        if let (None, Some(thread)) = (slot.leaving, slot.ready.first()) {
            slot.running = Some(thread);
            let pending = &mut self.threads[thread.index()].pending;
            if matches!(pending, Pending::None) {
                return Next {
                    thread,
                    resume: Resume::Continue,
                };
            }
            if let Pending::Answer(words) = *pending {
                *pending = Pending::None;
                return Next {
                    thread,
                    resume: Resume::Answer(words),
                };
            }
        }
        self.choose_slowly(port, core)
    }

    #[inline(never)]
    fn choose_slowly(&mut self, port: &mut impl Port, core: CoreId) -> Next {
        if let Some(thread) = self.cores[core.index()].leaving.take() {
            self.reap(port, thread);
        }
        loop {
            let first = self.cores[core.index()].ready.first();
            let thread = first.expect("an active core has an idle thread");
            self.cores[core.index()].running = Some(thread);
            let pending = &mut self.threads[thread.index()].pending;
            let done = match core::mem::replace(pending, Pending::None) {
                Pending::None => {
                    return Next {
                        thread,
                        resume: Resume::Continue,
                    };
                }
                Pending::Start(start) => {
                    return Next {
                        thread,
                        resume: Resume::Start(start),
                    };
                }
                Pending::Answer(words) => {
                    return Next {
                        thread,
                        resume: Resume::Answer(words),
                    };
                }
                Pending::Again(call) => self.call_again(port, thread, call),
                message @ Pending::Message { .. } => self.deliver(port, thread, message),
            };
            // That may have woken a more urgent thread, so the choice begins
            // again; the answer is kept until then.
            if let Some(words) = done {
                self.threads[thread.index()].pending = Pending::Answer(words);
            }
        }
    }

    /// Goes on with a system call; answers its results if it ends now.
    #[inline(never)]
    fn call_again(
        &mut self,
        port: &mut impl Port,
        thread: ThreadId,
        call: Call,
    ) -> Option<[u32; 3]> {
        match self.syscall(port, thread, call.number, &call.words) {
            Outcome::Return(words) => return Some(words),
            Outcome::Blocked | Outcome::Ended => {}
            Outcome::BadPointer { argument, address } => {
                let fate = Fate::bad_pointer(call.number, 0, argument, address);
                self.stop(port, thread, fate);
            }
            Outcome::Forbidden => {
                self.stop(port, thread, Fate::forbidden(call.number, 0));
            }
            Outcome::Panic => {
                self.stop(port, thread, Fate::panicked(0));
            }
        }
        None
    }

    /// Copies the message that a slot keeps for a thread. If its buffer has
    /// gone bad in the meantime the thread is stopped and the message stays.
    #[inline(never)]
    fn deliver(
        &mut self,
        port: &mut impl Port,
        thread: ThreadId,
        pending: Pending,
    ) -> Option<[u32; 3]> {
        let Pending::Message { slot, buffer, room } = pending else {
            return None;
        };
        let space = self.threads[thread.index()].space();
        let message = self.slot_reserved(slot)?;
        let written = UserBytes::bytes(buffer, room)
            .and_then(|claim| self.memory.write(port, space, claim, message.bytes()));
        match written {
            Ok(()) => {
                self.slot_delivered(port, slot);
                Some([SysError::Ok.code(), message.len(), 0])
            }
            Err(bad) => {
                self.threads[thread.index()].pending = pending;
                let number = Syscall::SlotReceive.number();
                self.stop(port, thread, Fate::bad_pointer(number, 0, 1, bad.address));
                None
            }
        }
    }

    /// Puts a thread into the queue of its core.
    pub(crate) fn make_ready(&mut self, port: &mut impl Port, thread: ThreadId) {
        let record = &mut self.threads[thread.index()];
        record.state = State::Ready;
        let (core, priority) = (record.core, record.priority);
        let ready = &mut self.cores[core.index()].ready;
        ready.push_back(&mut self.links, thread, priority);
        self.notify(port, core);
    }

    /// Sets the own priority of a thread, for the system's threads.
    #[inline(never)]
    pub fn set_base_priority(&mut self, port: &mut impl Port, thread: ThreadId, priority: u8) {
        self.threads[thread.index()].base = priority;
        self.inherit(port, thread);
    }

    /// Takes a thread out of the queue of its core.
    pub(crate) fn make_unready(&mut self, thread: ThreadId) {
        let record = &self.threads[thread.index()];
        let ready = &mut self.cores[record.core.index()].ready;
        ready.remove(&mut self.links, thread, record.priority);
    }

    /// Sets the effective priority. A thread that runs and becomes less urgent
    /// comes first among its equals, because it has not had its turn; in all
    /// other cases it comes last.
    pub(crate) fn set_effective(&mut self, port: &mut impl Port, thread: ThreadId, priority: u8) {
        let record = &self.threads[thread.index()];
        let (core, before) = (record.core, record.priority);
        if record.state != State::Ready {
            self.threads[thread.index()].priority = priority;
            return;
        }
        self.make_unready(thread);
        self.threads[thread.index()].priority = priority;
        let slot = &mut self.cores[core.index()];
        if priority > before && slot.running == Some(thread) {
            slot.ready.push_front(&mut self.links, thread, priority);
        } else {
            slot.ready.push_back(&mut self.links, thread, priority);
        }
        self.notify(port, core);
    }

    /// Tells another core that its choice has changed. The own core looks by
    /// itself before it leaves the kernel.
    pub(crate) fn notify(&self, port: &mut impl Port, core: CoreId) {
        if core != port.core() && self.next_differs(core) {
            port.reschedule(core);
        }
    }

    /// The most urgent of a set; among equals the one that came first.
    pub(crate) fn most_urgent(&self, set: ThreadSet) -> Option<ThreadId> {
        set.min_by_key(|thread| {
            let record = &self.threads[thread.index()];
            (record.priority, record.sequence)
        })
    }

    /// Where the kernel tells that threads of `core` have been stopped and are
    /// to be reported: it sets `bits` of an event. The core's work thread waits
    /// for that, asks [`next_report`](Self::next_report), writes the report and
    /// calls [`reap`](Self::reap).
    pub fn report_to(&mut self, core: CoreId, event: u32, bits: u32) -> Result<(), SysError> {
        let id = self.objects.find(event)?;
        self.cores[core.index()].reports = Some((id, bits));
        Ok(())
    }

    /// A thread of `core` that was stopped, or whose guarded call was ended, and
    /// that has not been reported and reaped.
    #[must_use]
    pub fn next_report(&self, core: CoreId) -> Option<ThreadId> {
        self.thread_ids().find(|thread| {
            let record = &self.threads[thread.index()];
            let due = record.state == State::Stopped && record.reaped.is_none();
            let due = due && record.fate.is_reported() || record.wait == Wait::Report;
            due && record.core == core
        })
    }

    pub(super) fn announce_report(&mut self, port: &mut impl Port, core: CoreId) {
        if let Some((event, bits)) = self.cores[core.index()].reports {
            self.post_to(port, event, bits);
        }
    }

    fn post_to(&mut self, port: &mut impl Port, event: ObjectId, bits: u32) {
        // An event that was closed in the meantime wakes nobody; the port looks
        // for reports by itself then.
        let _ = self.event_post(port, event, bits);
    }

    pub(crate) fn thread_ids(&self) -> impl Iterator<Item = ThreadId> + use<> {
        (0..crate::ids::MAX_THREADS).filter_map(ThreadId::new)
    }
}
