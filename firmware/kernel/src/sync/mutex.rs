//! Mutexes with priority inheritance.

use acelab_abi::syscall::SysError;

use crate::ids::ThreadId;
use crate::object::{Object, ObjectId};
use crate::port::Port;
use crate::system::{Kernel, Stop};
use crate::thread::{ThreadSet, Wait};

/// Mutexes that a thread can hold at once. When it dies they are all handed on
/// with interrupts masked, and inheritance looks through all of them.
pub const MAX_HELD: usize = 16;

/// A lock that one thread holds, as often as it locks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mutex {
    /// Who holds it.
    pub holder: Option<ThreadId>,
    /// How often it is locked.
    pub depth: u16,
    /// Its holder died: who locks it next is told.
    pub abandoned: bool,
    /// The next mutex of the same holder.
    pub next_held: Option<ObjectId>,
    /// Who waits; nobody while it is free.
    pub waiters: ThreadSet,
}

impl Mutex {
    /// Free.
    pub const NEW: Self = Self {
        holder: None,
        depth: 0,
        abandoned: false,
        next_held: None,
        waiters: ThreadSet::EMPTY,
    };
}

impl Kernel {
    fn mutex(&mut self, id: ObjectId) -> Result<&mut Mutex, SysError> {
        match &mut self.objects.get_mut(id).object {
            Object::Mutex(mutex) => Ok(mutex),
            _ => Err(SysError::WrongKind),
        }
    }

    fn mutex_ref(&self, id: ObjectId) -> Option<&Mutex> {
        match &self.objects.get(id).object {
            Object::Mutex(mutex) => Some(mutex),
            _ => None,
        }
    }

    /// Locks a mutex, or waits for it.
    pub(crate) fn mutex_lock(
        &mut self,
        port: &mut impl Port,
        caller: ThreadId,
        id: ObjectId,
        deadline: u64,
    ) -> Result<(), Stop> {
        let mutex = self.mutex(id)?;
        match mutex.holder {
            None => {
                let abandoned = mutex.abandoned;
                if self.held_by(caller) >= MAX_HELD {
                    return Err(SysError::Overflow.into());
                }
                self.mutex_give(id, caller);
                if abandoned {
                    return Err(SysError::OwnerDied.into());
                }
                Ok(())
            }
            Some(holder) if holder == caller => {
                mutex.depth = mutex.depth.checked_add(1).ok_or(SysError::Overflow)?;
                Ok(())
            }
            Some(holder) => {
                if self.held_by(caller) >= MAX_HELD {
                    return Err(SysError::Overflow.into());
                }
                if self.leads_to(holder, caller) {
                    return Err(SysError::Deadlock.into());
                }
                let stop = self.wait(port, caller, Wait::Mutex(id), deadline);
                self.inherit(port, holder);
                Err(stop)
            }
        }
    }

    /// How many mutexes a thread holds.
    fn held_by(&self, thread: ThreadId) -> usize {
        let first = self.threads[thread.index()].held;
        let next = |id: &ObjectId| self.mutex_ref(*id).and_then(|mutex| mutex.next_held);
        core::iter::successors(first, next).count()
    }

    /// Unlocks a mutex once.
    pub(crate) fn mutex_unlock(
        &mut self,
        port: &mut impl Port,
        caller: ThreadId,
        id: ObjectId,
    ) -> Result<(), SysError> {
        let mutex = self.mutex(id)?;
        if mutex.holder != Some(caller) {
            return Err(SysError::NotOwner);
        }
        mutex.depth -= 1;
        if mutex.depth == 0 {
            self.mutex_pass_on(port, id, Ok([0; 2]));
            self.inherit(port, caller);
        }
        Ok(())
    }

    /// The holder has died: the mutex goes to who waits for it, and is marked.
    pub(crate) fn mutex_abandon(&mut self, port: &mut impl Port, id: ObjectId) {
        if self.tells_owner_death() {
            if let Ok(mutex) = self.mutex(id) {
                mutex.abandoned = true;
            }
            self.mutex_pass_on(port, id, Err(SysError::OwnerDied));
        } else {
            self.mutex_pass_on(port, id, Ok([0; 2]));
        }
    }

    /// Takes a mutex that is closed from its holder.
    pub(crate) fn mutex_close(&mut self, port: &mut impl Port, id: ObjectId) {
        let Some(holder) = self.mutex_ref(id).and_then(|mutex| mutex.holder) else {
            return;
        };
        self.unlink_held(holder, id);
        if let Ok(mutex) = self.mutex(id) {
            mutex.holder = None;
        }
        self.inherit(port, holder);
    }

    /// Gives a mutex that nobody holds any more to the first that waits, with
    /// this answer.
    fn mutex_pass_on(
        &mut self,
        port: &mut impl Port,
        id: ObjectId,
        answer: Result<[u32; 2], SysError>,
    ) {
        let Ok(mutex) = self.mutex(id) else {
            return;
        };
        let holder = mutex.holder.take();
        mutex.depth = 0;
        let waiters = mutex.waiters;
        if let Some(holder) = holder {
            self.unlink_held(holder, id);
        }
        if let Some(first) = self.most_urgent(waiters) {
            self.finish_wait(port, first, answer);
            // Those who still wait are no more urgent: it inherits nothing yet.
            self.mutex_give(id, first);
        }
    }

    /// Makes `thread` the holder of a free mutex.
    fn mutex_give(&mut self, id: ObjectId, thread: ThreadId) {
        let next_held = self.threads[thread.index()].held.replace(id);
        if let Ok(mutex) = self.mutex(id) {
            mutex.holder = Some(thread);
            mutex.depth = 1;
            mutex.abandoned = false;
            mutex.next_held = next_held;
        }
    }

    /// Takes a mutex out of the list of those that `holder` holds.
    fn unlink_held(&mut self, holder: ThreadId, id: ObjectId) {
        let next = self.mutex(id).ok().and_then(|mutex| mutex.next_held.take());
        if self.threads[holder.index()].held == Some(id) {
            self.threads[holder.index()].held = next;
            return;
        }
        let mut at = self.threads[holder.index()].held;
        while let Some(before) = at {
            let Ok(mutex) = self.mutex(before) else {
                return;
            };
            if mutex.next_held == Some(id) {
                mutex.next_held = next;
                return;
            }
            at = mutex.next_held;
        }
    }

    /// Whether `from` cannot go on before `to` does: whoever it waits for,
    /// through mutexes and joins, waits in the end for `to`.
    pub(crate) fn leads_to(&self, from: ThreadId, to: ThreadId) -> bool {
        let mut at = from;
        // A thread waits for one other at most, and there is no cycle yet, so
        // this ends.
        loop {
            if at == to {
                return true;
            }
            let next = match self.threads[at.index()].wait {
                Wait::Mutex(id) => self.mutex_ref(id).and_then(|mutex| mutex.holder),
                Wait::Join(id) => self.thread_of(id),
                _ => None,
            };
            match next {
                Some(next) => at = next,
                None => return false,
            }
        }
    }

    /// Computes the effective priority of `thread` anew, and then of everybody
    /// it passes it on to.
    pub(crate) fn inherit(&mut self, port: &mut impl Port, thread: ThreadId) {
        let mut at = Some(thread);
        while let Some(thread) = at {
            let priority = self.inherited(thread);
            if priority == self.threads[thread.index()].priority {
                return;
            }
            self.set_effective(port, thread, priority);
            at = match self.threads[thread.index()].wait {
                Wait::Mutex(id) => self.mutex_ref(id).and_then(|mutex| mutex.holder),
                _ => None,
            };
        }
    }

    /// The own priority, or that of the most urgent thread that waits for one
    /// of its mutexes.
    fn inherited(&self, thread: ThreadId) -> u8 {
        let record = &self.threads[thread.index()];
        let mut priority = record.base;
        if !self.inherits() {
            return priority;
        }
        let mut at = record.held;
        while let Some(mutex) = at.and_then(|id| self.mutex_ref(id)) {
            for waiter in mutex.waiters {
                priority = priority.min(self.threads[waiter.index()].priority);
            }
            at = mutex.next_held;
        }
        priority
    }
}
