//! Event flags.

use acelab_abi::syscall::{EVENT_ALL, EVENT_CLEAR, SysError};

use crate::ids::ThreadId;
use crate::object::{Object, ObjectId};
use crate::port::Port;
use crate::system::{Kernel, Stop};
use crate::thread::{ThreadSet, Wait};

/// 32 flags that can be waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct EventFlags {
    /// The flags.
    pub bits: u32,
    /// Who waits; nobody whose wait the flags would end.
    pub waiters: ThreadSet,
}

impl EventFlags {
    /// No flag is set, nobody waits.
    pub const NEW: Self = Self {
        bits: 0,
        waiters: ThreadSet::EMPTY,
    };

    /// The flags that end a wait, which are cleared if the mode says so.
    fn take(&mut self, mask: u32, mode: u32) -> Option<u32> {
        let found = self.bits & mask;
        let enough = if mode & EVENT_ALL != 0 {
            found == mask
        } else {
            found != 0
        };
        if !enough {
            return None;
        }
        if mode & EVENT_CLEAR != 0 {
            self.bits &= !found;
        }
        Some(found)
    }
}

impl Kernel {
    fn event(&mut self, id: ObjectId) -> Result<&mut EventFlags, SysError> {
        match &mut self.objects.get_mut(id).object {
            Object::Event(event) => Ok(event),
            _ => Err(SysError::WrongKind),
        }
    }

    /// Sets flags and wakes who waited for them, the most urgent first: what
    /// one thread clears, those after it do not see.
    pub(crate) fn event_post(
        &mut self,
        port: &mut impl Port,
        id: ObjectId,
        bits: u32,
    ) -> Result<(), SysError> {
        let event = self.event(id)?;
        event.bits |= bits;
        let mut waiters = event.waiters;
        while let Some(thread) = self.most_urgent(waiters) {
            waiters.remove(thread);
            if let Wait::Event { mask, mode, .. } = self.threads[thread.index()].wait
                && let Some(found) = self.event(id)?.take(mask, mode)
            {
                self.finish_wait(port, thread, Ok([found, 0]));
            }
        }
        Ok(())
    }

    /// Clears flags.
    pub(crate) fn event_clear(&mut self, id: ObjectId, bits: u32) -> Result<(), SysError> {
        self.event(id)?.bits &= !bits;
        Ok(())
    }

    /// Waits for flags.
    pub(crate) fn event_wait(
        &mut self,
        port: &mut impl Port,
        caller: ThreadId,
        id: ObjectId,
        (mask, mode): (u32, u32),
        deadline: u64,
    ) -> Result<u32, Stop> {
        if let Some(found) = self.event(id)?.take(mask, mode) {
            return Ok(found);
        }
        let wait = Wait::Event {
            object: id,
            mask,
            mode,
        };
        Err(self.wait(port, caller, wait, deadline))
    }
}
