//! How code is called that nobody trusts.

use core::ffi::c_void;

use crate::table::Entry;

/// Why a call did not come back by itself: a word of the system, for the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault(pub u32);

/// Which function of a table is called, and so what its record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// [`crate::record::Create`].
    Create,
    /// [`crate::record::Plain`].
    Destroy,
    /// [`crate::record::Prepare`].
    Prepare,
    /// [`crate::record::Process`]: the one call that is made in a tick.
    Process,
    /// [`crate::record::Plain`].
    Reset,
    /// [`crate::record::SetConfig`].
    SetConfig,
    /// [`crate::record::GetConfig`].
    GetConfig,
}

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
    /// `entry` is the function of this kind, and the record the one that it is for; what it points to is there, and
    /// used by nobody else, during the call.
    unsafe fn call(
        &mut self,
        kind: Kind,
        entry: Entry,
        instance: *mut c_void,
        record: *mut c_void,
    ) -> Result<u32, Fault>;
}
