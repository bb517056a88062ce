//! Calls of a loaded instance, and its end by a fault.

use core::ffi::c_void;
use core::ptr::null_mut;

use super::{Caller, Fault, Kind};
use crate::record::Head;
use crate::status::{Refusal, Status};
use crate::table::Entry;

/// The fault of a module that has answered what cannot be: more frames than there
/// were, a size beyond its place, an unknown status.
pub const WRONG_ANSWER: Fault = Fault(0xFA00_0001);

/// The fault of a module that has moved nothing of a block that it got a part of: it
/// needs more frames at once than have room on the way to it, and would wait for ever.
pub const NO_PROGRESS: Fault = Fault(0xFA00_0002);

/// The way to an instance. After a fault there is none.
pub(super) struct Link<C> {
    caller: C,
    pub instance: *mut c_void,
    pub fault: Option<Fault>,
}

impl<C: Caller> Link<C> {
    /// The way to an instance that there is not yet.
    pub fn new(caller: C) -> Self {
        Self {
            caller,
            instance: null_mut(),
            fault: None,
        }
    }

    /// Calls a function of a living instance; the code of its refusal, 0 if it does
    /// not refuse.
    ///
    /// # Safety
    /// See [`Caller::call`].
    pub unsafe fn call(
        &mut self,
        kind: Kind,
        entry: Option<Entry>,
        record: *mut c_void,
    ) -> Result<u32, Fault> {
        // SAFETY: the caller's promise.
        unsafe { self.call_inline(kind, entry, record) }
    }

    /// The same in a tick, where each instruction counts.
    ///
    /// # Safety
    /// See [`Caller::call`].
    #[inline(always)]
    pub unsafe fn call_inline(
        &mut self,
        kind: Kind,
        entry: Option<Entry>,
        record: *mut c_void,
    ) -> Result<u32, Fault> {
        match (self.fault, entry) {
            (None, Some(entry)) => {
                // SAFETY: the caller's promise.
                let result = unsafe { self.caller.call(kind, entry, self.instance, record) };
                result.map_err(|fault| self.die(fault))
            }
            (fault, _) => Err(fault.unwrap_or(WRONG_ANSWER)),
        }
    }

    /// What a code and the details of its record say, turned to the error of a call
    /// by `error`. A module that has answered what is none is dead.
    #[cold]
    pub fn refusal<E>(
        &mut self,
        code: u32,
        head: &Head,
        error: impl FnOnce(Refusal) -> Option<E>,
        fault: E,
    ) -> E {
        let reason = Status(code).reason().ok().flatten();
        let refusal = reason.map(|reason| Refusal::new(reason, head.detail));
        refusal.and_then(error).unwrap_or_else(|| {
            self.die(WRONG_ANSWER);
            fault
        })
    }

    #[cold]
    pub fn die(&mut self, fault: Fault) -> Fault {
        *self.fault.get_or_insert(fault)
    }
}
