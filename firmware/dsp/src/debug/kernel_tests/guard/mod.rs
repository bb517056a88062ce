//! Guarded calls and confined threads, with code that does what it must not.

mod abuse;
mod budget;
mod confined;
mod faults;

pub use abuse::guard_abuse;
pub use budget::guarded_budget;
pub use confined::confined_calls;
pub use faults::{guarded_calls, guarded_fault, guarded_registers};

use core::ffi::c_void;
use core::ptr;

use acelab_user::guard::{Call, Entry, Fault, Limit};
use acelab_user::{ExitReason, guard};

use super::check::{Failure, same};

/// Whose code it is said to be.
const WHO: u32 = 0x0007_0003;

/// A call that may take long enough.
const CALL: Call = Call {
    limit: Limit::from_micros(50_000),
    who: WHO,
    context: 0x5EED,
};

/// Calls a function with two words.
///
/// # Safety
/// As [`guard::call`].
unsafe fn call(call: &Call, entry: Entry, a: u32, b: u32) -> Result<u32, Fault> {
    let word = |word: u32| -> *mut c_void { ptr::with_exposed_provenance_mut(word as usize) };
    // SAFETY: the caller's promise.
    unsafe { guard::call(call, entry, word(a), word(b)) }
}

extern "C" fn adds(a: *mut c_void, b: *mut c_void) -> u32 {
    (a.addr() + b.addr()) as u32
}

/// The thread can make guarded calls, and system calls, as if nothing had been.
#[track_caller]
fn goes_on() -> Result<(), Failure> {
    // SAFETY: the function only adds.
    let sum = unsafe { call(&CALL, adds, 40, 2) };
    same(sum.unwrap_or_default(), 42u32)?;
    same(guard::context().is_none(), true)?;
    let own = acelab_user::Thread::current()?;
    same(acelab_user::local::thread() == Some(own), true)
}

/// A call was ended for this reason.
#[track_caller]
fn ended(result: Result<u32, Fault>, reason: ExitReason, value: u32) -> Result<Fault, Failure> {
    let word = |reason: ExitReason, value: u32| u64::from(reason.code()) << 32 | u64::from(value);
    match result {
        Ok(code) => Err(Failure::new(u64::from(code), word(reason, value))),
        Err(fault) => {
            same(word(fault.reason, fault.value), word(reason, value))?;
            Ok(fault)
        }
    }
}
