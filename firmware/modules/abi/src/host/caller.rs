//! How code is called that nobody trusts.

use core::ffi::c_void;

use crate::table::Entry;

/// Why a call did not come back by itself: a word of the system, for the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault(pub u32);

/// Calls functions of one instance of a module.
///
/// What the instance has allocated belongs to its caller too: it is all given back
/// when the caller is dropped, whatever the module has done.
pub trait Caller: Send {
    /// Calls `entry`, and comes back whatever it does.
    ///
    /// # Errors
    /// The function was stopped. The instance is not called again.
    ///
    /// # Safety
    /// The record is the one that `entry` is for; what it points to is there, and
    /// used by nobody else, during the call.
    unsafe fn call(
        &mut self,
        entry: Entry,
        instance: *mut c_void,
        record: *mut c_void,
    ) -> Result<u32, Fault>;
}
