//! Threads are created, started and stopped.

use acelab_abi::core_id::CoreId;
use acelab_abi::syscall::SysError;

use super::{Fate, Kernel, Ring, Spawn, Start, Stop};
use crate::ids::{CORE_THREADS, DomainId, ThreadId};
use crate::memory::{Taker, UserPointer};
use crate::object::{Object, ObjectId};
use crate::port::Port;
use crate::thread::{Limits, Name, Pending, State, Thread, ThreadSet};

/// A thread to be created; everything has been checked.
pub(super) struct NewThread {
    pub core: CoreId,
    pub entry: u32,
    pub arg: u32,
    pub stack_pages: u32,
    pub priority: u8,
    pub ring: Ring,
    pub domain: Option<DomainId>,
    pub may_spawn: bool,
    pub may_open: bool,
    pub limits: Limits,
    pub system: bool,
    pub name: Name,
    /// Who creates it.
    pub owner: Option<ThreadId>,
}

impl Kernel {
    /// Creates a thread for the firmware itself and lets it run.
    ///
    /// # Errors
    /// [`SysError::InvalidValue`] for a core that is not active, a priority
    /// above 31, no stack, or a user thread without a domain; [`SysError::Busy`]
    /// for a core that is to go; [`SysError::NoMemory`].
    #[inline(never)]
    pub fn spawn(&mut self, port: &mut impl Port, spawn: Spawn<'_>) -> Result<ThreadId, SysError> {
        let Some(priority) = own_priority(spawn.priority) else {
            return Err(SysError::InvalidValue);
        };
        self.check_open(spawn.core)?;
        if spawn.ring == Ring::User && spawn.domain.is_none() {
            return Err(SysError::InvalidValue);
        }
        let new = || NewThread {
            core: spawn.core,
            entry: spawn.entry,
            arg: spawn.arg,
            stack_pages: spawn.stack_pages,
            priority,
            ring: spawn.ring,
            domain: spawn.domain,
            may_spawn: spawn.may_spawn,
            may_open: false,
            limits: Limits::None,
            system: spawn.system,
            name: Name::new(spawn.name.as_bytes()),
            owner: None,
        };
        loop {
            match self.create_thread(port, new()) {
                Ok(thread) => {
                    self.start_thread(port, thread)?;
                    return Ok(thread);
                }
                // There is no thread that could wait in between.
                Err(Stop::Again) => {}
                Err(Stop::Error(error)) => return Err(error),
                Err(_) => return Err(SysError::BadState),
            }
        }
    }

    /// Creates a thread, which does not run yet.
    pub(super) fn create_thread(
        &mut self,
        port: &mut impl Port,
        new: NewThread,
    ) -> Result<ThreadId, Stop> {
        let quota = new
            .owner
            .and_then(|owner| self.threads[owner.index()].domain);
        let thread = self
            .free_thread(quota.is_some())
            .ok_or(SysError::NoMemory)?;
        let taker = taker(quota);
        let room = self.objects.reserve(quota)?;
        let pages = new.stack_pages as usize;
        let stack = self.memory.allocate_stack(port, new.domain, pages, taker)?;
        let object = self.objects.fill(room, Object::Thread(thread), new.owner);
        self.objects.get_mut(object).permitted.insert(thread);
        self.enter_record(thread, object, &new).stack = Some(stack);
        Ok(thread)
    }

    /// Makes the record of a new thread, which is `object`, and has no stack yet.
    #[inline(never)]
    pub(super) fn enter_record(
        &mut self,
        thread: ThreadId,
        object: ObjectId,
        new: &NewThread,
    ) -> &mut Thread {
        let record = &mut self.threads[thread.index()];
        *record = Thread {
            state: State::Created,
            priority: new.priority,
            base: new.priority,
            core: new.core,
            ring: new.ring,
            may_spawn: new.may_spawn,
            may_open: new.may_open,
            limits: new.limits,
            system: new.system,
            domain: new.domain,
            object,
            entry: new.entry,
            arg: new.arg,
            name: new.name,
            ..Thread::FREE
        };
        record
    }

    /// Lets a created thread run.
    pub(super) fn start_thread(
        &mut self,
        port: &mut impl Port,
        thread: ThreadId,
    ) -> Result<(), SysError> {
        if self.threads[thread.index()].state != State::Created {
            return Err(SysError::BadState);
        }
        let local = self.local_block(port, thread);
        let record = &mut self.threads[thread.index()];
        record.pending = Pending::Start(Start {
            entry: record.entry,
            arg: record.arg,
            stack: local,
            ring: record.ring,
            thread_pointer: local,
        });
        self.make_ready(port, thread);
        Ok(())
    }

    /// Writes the block at the top of a stack by which a thread knows itself;
    /// answers its address, which is the first stack pointer too.
    fn local_block(&self, port: &mut impl Port, thread: ThreadId) -> u32 {
        let record = &self.threads[thread.index()];
        let address = record.local_block();
        let words = [self.thread_handle(thread), u32::from(record.core.get())];
        if let Ok(claim) = UserPointer::new(address) {
            // The stack is the thread's own to write: nothing has run on it.
            let _ = self.memory.write_words(port, record.space(), claim, &words);
        }
        address
    }

    /// Ends a thread: it never runs again, and its mutexes go to who waits for
    /// them as soon as it is on no core. Answers false if it had ended before, and then nothing happens.
    ///
    /// A thread whose end is [reported](Fate::is_reported) keeps stack, objects
    /// and domain until [`reap`](Self::reap). Any other is reaped at once, or as
    /// soon as the core that runs it has left it.
    pub fn stop(&mut self, port: &mut impl Port, thread: ThreadId, fate: Fate) -> bool {
        let record = &self.threads[thread.index()];
        if !record.is_alive() || record.idle {
            return false;
        }
        let (state, core) = (record.state, record.core);
        let waited_for = match state {
            State::Waiting => self.leave_wait(thread),
            State::Ready => {
                self.make_unready(thread);
                None
            }
            _ => None,
        };
        let record = &mut self.threads[thread.index()];
        record.state = State::Stopped;
        record.fate = fate;
        if let Pending::Message { slot, .. } =
            core::mem::replace(&mut record.pending, Pending::None)
        {
            self.slot_release(port, slot);
        }
        if let Some(holder) = waited_for {
            self.inherit(port, holder);
        }
        if core != port.core() && self.cores[core.index()].running == Some(thread) {
            // It goes on until its core hears of it, and may still be inside
            // what its mutexes protect: they are handed on when it has left.
            self.cores[core.index()].leaving = Some(thread);
            port.reschedule(core);
            return true;
        }
        self.abandon_mutexes(port, thread);
        if fate.is_reported() {
            self.announce_report(port, core);
        } else {
            self.reap(port, thread);
        }
        true
    }

    /// Hands on the mutexes of a thread that runs no more.
    pub(super) fn abandon_mutexes(&mut self, port: &mut impl Port, thread: ThreadId) {
        while let Some(mutex) = self.threads[thread.index()].held {
            self.mutex_abandon(port, mutex);
        }
    }

    /// A number for a new thread. Those that other cores need to come up are not
    /// for user code.
    #[inline(never)]
    pub(super) fn free_thread(&self, for_user: bool) -> Option<ThreadId> {
        let mut free = self
            .thread_ids()
            .filter(|thread| self.threads[thread.index()].state == State::Free);
        let first = free.next();
        if for_user {
            let off = CoreId::ALL
                .into_iter()
                .filter(|core| !self.is_active(*core));
            if free.count() < CORE_THREADS * off.count() {
                return None;
            }
        }
        first
    }

    /// Threads that live in a domain.
    pub(super) fn threads_in(&self, domain: DomainId) -> ThreadSet {
        let mut set = ThreadSet::EMPTY;
        for thread in self.thread_ids() {
            if self.threads[thread.index()].domain == Some(domain) {
                set.insert(thread);
            }
        }
        set
    }
}

/// Whom pages are for that a thread of `domain` asks for; the firmware's own
/// threads have none.
pub(super) const fn taker(domain: Option<DomainId>) -> Taker {
    match domain {
        Some(_) => Taker::User,
        None => Taker::Firmware,
    }
}

/// A priority that a thread can have of its own.
pub(super) const fn own_priority(priority: u32) -> Option<u8> {
    if priority <= acelab_abi::syscall::MAX_PRIORITY {
        Some(priority as u8)
    } else {
        None
    }
}
