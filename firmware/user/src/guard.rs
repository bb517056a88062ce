//! Guarded calls: code that may do anything wrong, and then only the call ends.
//!
//! A user thread calls [`register`] once. What goes wrong in a [`call`] - an
//! exception, a panic, a bad pointer, a system call, too much time - is reported
//! as if the thread was stopped, but the thread goes on behind the call, which
//! answers a [`Fault`]. The words by which this works lie at the top of the
//! thread's own stack (see [`acelab_abi::syscall::guard`]): code that
//! overwrites them on purpose is not held, and the thread ends as without a
//! guard.

use core::ffi::c_void;
use core::ptr;

use acelab_abi::syscall::ExitReason;
use acelab_abi::syscall::guard::{GuardWord, SAMPLE_MICROS};

use crate::raw::values;
use crate::{Result, local};

/// What a guarded call runs.
pub type Entry = unsafe extern "C" fn(*mut c_void, *mut c_void) -> u32;

/// How long a call may compute. What other threads take of its core is not
/// counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u32);

impl Limit {
    /// No limit.
    pub const NONE: Self = Self(u32::MAX);

    /// At least so long, and at most 250 µs longer; rounded up to 250 µs.
    #[must_use]
    pub const fn from_micros(micros: u32) -> Self {
        match micros.div_ceil(SAMPLE_MICROS) {
            0 => Self(1),
            samples => Self(samples),
        }
    }
}

/// A guarded call.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// How long it may take.
    pub limit: Limit,
    /// Whose code it runs, for the report; not 0.
    pub who: u32,
    /// What [`context`] answers in it.
    pub context: u32,
}

/// Why a call was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The way.
    pub reason: ExitReason,
    /// What [`ExitReason`] says of the value: EXCCAUSE, number of a system call.
    pub value: u32,
    /// The instruction.
    pub pc: u32,
    /// The address it reached for, or the bad pointer, or 0.
    pub address: u32,
}

#[repr(C)]
struct RawAnswer {
    result: u32,
    ended: u32,
}

#[cfg(not(test))]
mod port {
    use super::{Entry, RawAnswer, c_void};

    unsafe extern "C" {
        /// Functions of the image's `guard.S`.
        pub fn acelab_guard_call(
            entry: Entry,
            a: *mut c_void,
            b: *mut c_void,
            block: *mut u32,
        ) -> RawAnswer;
        safe static acelab_guard_recovered: u8;
    }

    pub fn recovery_entry() -> u32 {
        (&raw const acelab_guard_recovered).addr() as u32
    }
}

#[cfg(test)]
use fake::{acelab_guard_call, recovery_entry};
#[cfg(not(test))]
use port::{acelab_guard_call, recovery_entry};

/// From here on the calling thread can make guarded calls.
///
/// # Errors
/// [`SysError::Permission`](crate::SysError::Permission) for a thread of ring 0: a fault of the kernel ends
/// the DSP. [`SysError::BadState`](crate::SysError::BadState) when it has registered already.
pub fn register() -> Result<()> {
    values!(GuardRegister, recovery_entry()).map(drop)
}

/// Calls `entry(a, b)`; answers what it returned, or why it was ended. Inside
/// another guarded call it is a part of that one.
///
/// A thread that has not [registered](register) calls the function just so.
///
/// # Safety
/// Calling `entry` so is sound, and stays so when it stops after any
/// instruction, for good: what it had on its stack is gone without being
/// dropped, and what it was changing is half changed.
#[inline(always)]
pub unsafe fn call(
    call: &Call,
    entry: Entry,
    a: *mut c_void,
    b: *mut c_void,
) -> core::result::Result<u32, Fault> {
    let block = Block::own();
    if block.get(GuardWord::Serial) & 1 != 0 {
        // SAFETY: the caller's promise.
        return Ok(unsafe { entry(a, b) });
    }
    block.describe(call);
    // SAFETY: the block is the thread's own, and the rest the caller's promise.
    let answer = unsafe { acelab_guard_call(entry, a, b, block.0) };
    if answer.ended == 0 {
        Ok(answer.result)
    } else {
        Err(block.fault())
    }
}

/// What the guarded call in which the thread is was given; `None` outside of one.
#[must_use]
pub fn context() -> Option<u32> {
    let block = Block::own();
    let inside = block.get(GuardWord::Serial) & 1 != 0;
    inside.then(|| block.get(GuardWord::Context))
}

/// Runs `work` outside of the guarded call in which the thread is, if it is in
/// one: it may make system calls, is not cut off in the middle, and what it does
/// wrong ends the thread.
pub fn outside<R>(work: impl FnOnce() -> R) -> R {
    let block = Block::own();
    let serial = block.get(GuardWord::Serial);
    // The thread was inside, or it is even already.
    block.set(GuardWord::Serial, serial & !1);
    let result = work();
    block.set(GuardWord::Serial, serial);
    result
}

/// Takes some of the time that is left to the guarded call in which the thread is, for
/// what was done [`outside`] of it; `false`, and nothing changes, if less is left. A report
/// that the call is over its budget then names what was left.
#[must_use]
pub fn charge(time: Limit) -> bool {
    let block = Block::own();
    let left = block.get(GuardWord::Limit).checked_sub(time.0);
    if let Some(left) = left {
        block.set(GuardWord::Limit, left);
    }
    left.is_some()
}

/// The words at the top of the calling thread's stack.
#[derive(Clone, Copy)]
struct Block(*mut u32);

impl Block {
    fn own() -> Self {
        Self(local::address())
    }

    fn get(self, word: GuardWord) -> u32 {
        // SAFETY: THREADPTR names the block, which has this word.
        unsafe { ptr::read_volatile(self.0.add(word as usize)) }
    }

    fn set(self, word: GuardWord, value: u32) {
        // SAFETY: as in `get`; the thread alone writes it, but for the kernel
        // while the thread does not run.
        unsafe { ptr::write_volatile(self.0.add(word as usize), value) };
    }

    /// Writes what nobody looks at before the serial is odd. Each of these words costs
    /// an instruction less than by [`Self::set`].
    #[inline(always)]
    fn describe(self, call: &Call) {
        let place = |word: GuardWord| self.0.wrapping_add(word as usize);
        // SAFETY: as in `set`. One by one: a loop over them is not unrolled.
        unsafe {
            place(GuardWord::Limit).write(call.limit.0);
            place(GuardWord::Who).write(call.who);
            place(GuardWord::Context).write(call.context);
        }
    }

    #[cold]
    #[inline(never)]
    fn fault(self) -> Fault {
        Fault {
            reason: ExitReason::from_code(self.get(GuardWord::Reason))
                .unwrap_or(ExitReason::Aborted),
            value: self.get(GuardWord::Value),
            pc: self.get(GuardWord::Pc),
            address: self.get(GuardWord::Address),
        }
    }
}

#[cfg(test)]
mod fake {
    //! Calls end when the entry answers this.

    use super::{Block, Entry, GuardWord, RawAnswer, c_void};

    pub const FAULT: u32 = 0xDEAD;

    pub fn recovery_entry() -> u32 {
        0x1234
    }

    pub unsafe fn acelab_guard_call(
        entry: Entry,
        a: *mut c_void,
        b: *mut c_void,
        block: *mut u32,
    ) -> RawAnswer {
        let block = Block(block);
        let serial = block.get(GuardWord::Serial);
        block.set(GuardWord::Serial, serial + 1);
        // SAFETY: the caller's promise.
        let result = unsafe { entry(a, b) };
        block.set(GuardWord::Serial, serial + 2);
        if result == FAULT {
            block.set(GuardWord::Reason, 2);
            block.set(GuardWord::Value, 28);
            block.set(GuardWord::Pc, 0xA010_0000);
            block.set(GuardWord::Address, 0x60);
        }
        RawAnswer {
            result,
            ended: u32::from(result == FAULT),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::fake as kernel;
    use acelab_abi::syscall::Syscall;

    const CALL: Call = Call {
        limit: Limit::NONE,
        who: 1,
        context: 0x77,
    };

    extern "C" fn sees(a: *mut c_void, b: *mut c_void) -> u32 {
        assert_eq!((a.addr(), b.addr()), (1, 2));
        assert_eq!(context(), Some(0x77));
        outside(|| assert_eq!(context(), None));
        // SAFETY: it does nothing.
        let inner = unsafe { call(&CALL, answers, ptr::null_mut(), ptr::null_mut()) };
        assert_eq!(inner, Ok(5));
        context().expect("still inside")
    }

    extern "C" fn answers(_a: *mut c_void, _b: *mut c_void) -> u32 {
        5
    }

    extern "C" fn fails(_a: *mut c_void, _b: *mut c_void) -> u32 {
        fake::FAULT
    }

    #[test]
    fn a_call_answers_or_tells_why_it_was_ended() {
        let (a, b) = (
            ptr::without_provenance_mut(1),
            ptr::without_provenance_mut(2),
        );
        // SAFETY: the functions take what they get.
        unsafe {
            assert_eq!(call(&CALL, sees, a, b), Ok(0x77));
            assert_eq!(context(), None);
            let fault = call(&CALL, fails, a, b).expect_err("it is ended");
            assert_eq!(fault.reason, ExitReason::Faulted);
            assert_eq!(
                (fault.value, fault.pc, fault.address),
                (28, 0xA010_0000, 0x60)
            );
        }
        outside(|| assert_eq!(context(), None));
    }

    extern "C" fn pays(_a: *mut c_void, _b: *mut c_void) -> u32 {
        (0..9).filter(|_| charge(Limit(2))).count() as u32
    }

    #[test]
    fn a_call_pays_for_what_it_does_outside() {
        let call_of = |samples| Call {
            limit: Limit(samples),
            ..CALL
        };
        for (samples, paid) in [(1, 0), (2, 1), (5, 2), (40, 9)] {
            let null = ptr::null_mut;
            // SAFETY: the function takes anything.
            let result = unsafe { call(&call_of(samples), pays, null(), null()) };
            assert_eq!(result, Ok(paid), "{samples}");
        }
    }

    #[test]
    fn limits_are_never_too_short() {
        assert_eq!(Limit::from_micros(0), Limit(1));
        assert_eq!(Limit::from_micros(250), Limit(1));
        assert_eq!(Limit::from_micros(251), Limit(2));
        assert_eq!(Limit::from_micros(1000), Limit(4));
    }

    #[test]
    fn a_thread_registers_its_entry() {
        kernel::install(|call, args| match call {
            Syscall::GuardRegister => {
                assert_eq!(args[0], 0x1234);
                Ok((0, 0))
            }
            other => panic!("{other:?}"),
        });
        register().expect("registered");
    }
}
