//! Cores come and go.

use acelab_abi::core_id::CoreId;
use acelab_abi::syscall::{PRIORITIES, SysError};

use super::life::NewThread;
use super::{Busy, Fate, Idle, Kernel, Ring, Start};
use crate::ids::ThreadId;
use crate::object::Object;
use crate::port::Port;
use crate::thread::{Limits, Name, Pending, State};

impl Kernel {
    /// Whether threads can be pinned to `core`.
    #[must_use]
    pub const fn is_active(&self, core: CoreId) -> bool {
        self.cores[core.index()].ready.idle().is_some()
    }

    /// Whether a thread can be pinned to `core` now.
    ///
    /// # Errors
    /// [`SysError::InvalidValue`] unless it is active, [`SysError::Busy`] while it
    /// is [closed](Self::close_core).
    pub(super) const fn check_open(&self, core: CoreId) -> Result<(), SysError> {
        if !self.is_active(core) {
            return Err(SysError::InvalidValue);
        }
        if self.cores[core.index()].closed {
            return Err(SysError::Busy);
        }
        Ok(())
    }

    /// Whether `core` takes new threads: none while it is asked to go, or any
    /// thread with the right to spawn could keep it for ever.
    pub const fn close_core(&mut self, core: CoreId, closed: bool) {
        self.cores[core.index()].closed = closed;
    }

    /// The idle thread of an active core.
    #[must_use]
    pub const fn idle_of(&self, core: CoreId) -> Option<ThreadId> {
        self.cores[core.index()].ready.idle()
    }

    /// The thread that `core` runs.
    #[must_use]
    pub const fn running_on(&self, core: CoreId) -> Option<ThreadId> {
        self.cores[core.index()].running
    }

    /// Makes `core` active, with its idle thread, which waits to be chosen.
    ///
    /// # Errors
    /// [`SysError::BadState`] when it is active, [`SysError::NoMemory`].
    pub fn add_core(&mut self, core: CoreId, idle: Idle) -> Result<ThreadId, SysError> {
        if self.is_active(core) {
            return Err(SysError::BadState);
        }
        let thread = self.free_thread(false).ok_or(SysError::NoMemory)?;
        let object = self.objects.create(Object::Thread(thread), None, None)?;
        let new = NewThread {
            core,
            entry: idle.entry,
            arg: 0,
            stack_pages: 0,
            priority: PRIORITIES as u8,
            ring: Ring::Kernel,
            domain: None,
            may_spawn: false,
            may_open: false,
            limits: Limits::None,
            system: true,
            name: Name::new(b"idle"),
            owner: None,
        };
        let record = self.enter_record(thread, object, &new);
        record.idle = true;
        record.state = State::Ready;
        record.pending = Pending::Start(Start {
            entry: idle.entry,
            arg: 0,
            stack: idle.stack_top,
            ring: Ring::Kernel,
            thread_pointer: 0,
        });
        let slot = &mut self.cores[core.index()];
        slot.ready.set_idle(Some(thread));
        slot.running = None;
        slot.closed = false;
        Ok(thread)
    }

    /// Takes `core` out: its system threads end, and no thread can be pinned to
    /// it any more. The core calls it itself, in a handler, and then runs
    /// nothing more than the way to its end.
    ///
    /// # Errors
    /// [`Busy`], and nothing has changed, when a thread is pinned to the core
    /// beside its system threads, or one of those has something to do.
    pub fn remove_core(&mut self, port: &mut impl Port, core: CoreId) -> Result<(), Busy> {
        let Some(idle) = self.idle_of(core) else {
            return Err(Busy);
        };
        let pinned = |thread: &ThreadId| {
            let record = &self.threads[thread.index()];
            let needs_core = !matches!(record.state, State::Free | State::Ended);
            record.core == core && needs_core && !record.idle
        };
        let at_rest = |thread: ThreadId| {
            let record = &self.threads[thread.index()];
            record.system && record.state == State::Waiting
        };
        if !self.thread_ids().filter(pinned).all(at_rest) {
            return Err(Busy);
        }
        self.end_core(port, core, idle);
        Ok(())
    }

    /// `core` has lost its power in the middle of something: what was pinned to
    /// it is gone, without a report.
    pub fn lose_core(&mut self, port: &mut impl Port, core: CoreId) {
        if let Some(idle) = self.idle_of(core) {
            self.end_core(port, core, idle);
        }
    }

    fn end_core(&mut self, port: &mut impl Port, core: CoreId, idle: ThreadId) {
        let slot = &mut self.cores[core.index()];
        slot.ready.set_idle(None);
        slot.running = None;
        slot.leaving = None;
        slot.reports = None;
        for thread in self.thread_ids() {
            if self.threads[thread.index()].core == core {
                self.stop(port, thread, Fate::aborted());
                // The core does nothing else any more.
                while self.threads[thread.index()].state == State::Stopped {
                    self.reap(port, thread);
                }
            }
        }
        port.thread_gone(idle);
        self.objects.forget_thread(idle);
        self.finish_all(
            port,
            self.threads[idle.index()].joiners,
            Err(SysError::Deleted),
        );
        self.free_record(idle);
    }
}
