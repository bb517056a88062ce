//! The instruction itself.

use acelab_abi::syscall::{Argument, MAX_ARGS, SysError, Syscall};

use crate::Result;

/// What the kernel leaves in a2, a3 and a4; the C ABI returns a structure of
/// three words in these registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct RawResult {
    /// A [`SysError`].
    pub status: u32,
    /// First result.
    pub first: u32,
    /// Second result.
    pub second: u32,
}

#[cfg(not(test))]
mod port {
    unsafe extern "C" {
        /// `SYSCALL` with the arguments in a2 to a6 and the number in a7; a
        /// function of the image's `user.S`.
        pub fn acelab_syscall_raw(
            a2: usize,
            a3: usize,
            a4: usize,
            a5: usize,
            a6: usize,
            number: usize,
        ) -> super::RawResult;
    }
}

#[cfg(test)]
use fake::acelab_syscall_raw;
#[cfg(not(test))]
use port::acelab_syscall_raw;

/// System call `number` with any arguments, and all that came back.
///
/// # Safety
/// What the table of system calls says of the arguments that are addresses
/// holds: memory that the kernel reads, writes or takes back is the caller's to
/// give.
#[inline(always)]
pub unsafe fn syscall(number: usize, args: [usize; MAX_ARGS]) -> RawResult {
    let [a2, a3, a4, a5, a6] = args;
    // SAFETY: the caller's promise.
    unsafe { acelab_syscall_raw(a2, a3, a4, a5, a6, number) }
}

/// A call by name.
///
/// # Safety
/// As for [`syscall`].
#[inline(always)]
pub unsafe fn call<const N: usize>(which: Syscall, args: [usize; N]) -> Result<(u32, u32)> {
    let mut all = [0; MAX_ARGS];
    all[..N].copy_from_slice(&args);
    // SAFETY: the caller's promise.
    result(unsafe { syscall(which.number() as usize, all) })
}

fn result(raw: RawResult) -> Result<(u32, u32)> {
    match SysError::from_code(raw.status) {
        Some(SysError::Ok) => Ok((raw.first, raw.second)),
        Some(error) => Err(error),
        // The kernel knows a newer table than this program.
        None => Err(SysError::NotSupported),
    }
}

/// A call whose arguments are all plain values, checked when it is compiled:
/// no value makes such a call touch memory.
#[inline(always)]
pub fn plain<const NUMBER: u32, const N: usize>(args: [u32; N]) -> Result<(u32, u32)> {
    const { assert!(is_plain(NUMBER, N)) };
    let mut all = [0; MAX_ARGS];
    for (slot, arg) in all.iter_mut().zip(args) {
        *slot = arg as usize;
    }
    // SAFETY: no argument is an address; checked above.
    result(unsafe { syscall(NUMBER as usize, all) })
}

/// Whether call `number` has `count` arguments and none is an address.
const fn is_plain(number: u32, count: usize) -> bool {
    let Some(call) = Syscall::from_number(number) else {
        return false;
    };
    let args = call.info().args;
    let mut index = 0;
    while index < args.len() {
        if matches!(
            args[index].1,
            Argument::In(_) | Argument::Out(_) | Argument::HeapAddress
        ) {
            return false;
        }
        index += 1;
    }
    args.len() == count
}

/// `values!(SemGive, semaphore)`: a call by name with words as arguments.
macro_rules! values {
    ($which:ident $(, $arg:expr)* $(,)?) => {
        $crate::raw::plain::<{ acelab_abi::syscall::Syscall::$which.number() }, _>([$($arg),*])
    };
}
pub(crate) use values;

/// Does nothing in the kernel; what a round trip costs.
#[inline(always)]
pub fn null() -> Result<()> {
    values!(Null).map(drop)
}

/// Writes a word to the debug port, in a build that has it.
pub fn mark(word: u32) -> Result<()> {
    values!(Mark, word).map(drop)
}

#[cfg(test)]
pub mod fake {
    //! A kernel for the tests of this crate: a function that each test sets.

    use std::boxed::Box;
    use std::cell::RefCell;

    use super::RawResult;
    use acelab_abi::syscall::{MAX_ARGS, SysError, Syscall};

    type Kernel = Box<dyn FnMut(Syscall, [usize; MAX_ARGS]) -> Result<(u32, u32), SysError>>;

    std::thread_local! {
        static KERNEL: RefCell<Option<Kernel>> = const { RefCell::new(None) };
    }

    /// Answers the calls of this thread from here on.
    pub fn install(
        kernel: impl FnMut(Syscall, [usize; MAX_ARGS]) -> Result<(u32, u32), SysError> + 'static,
    ) {
        KERNEL.with(|slot| *slot.borrow_mut() = Some(Box::new(kernel)));
    }

    pub unsafe fn acelab_syscall_raw(
        a2: usize,
        a3: usize,
        a4: usize,
        a5: usize,
        a6: usize,
        number: usize,
    ) -> RawResult {
        let call = Syscall::from_number(number as u32).expect("a call of the table");
        let answer = KERNEL.with(|slot| {
            let mut slot = slot.borrow_mut();
            slot.as_mut().expect("a kernel is installed")(call, [a2, a3, a4, a5, a6])
        });
        let (status, (first, second)) = match answer {
            Ok(words) => (SysError::Ok, words),
            Err(error) => (error, (0, 0)),
        };
        RawResult {
            status: status.code(),
            first,
            second,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_with_addresses_are_not_plain() {
        assert!(is_plain(Syscall::SemTake.number(), 3));
        assert!(!is_plain(Syscall::SemTake.number(), 2));
        for call in [
            Syscall::ThreadCreate,
            Syscall::SlotSend,
            Syscall::HeapFree,
            Syscall::Cache,
            Syscall::Account,
        ] {
            assert!(!is_plain(call.number(), call.info().args.len()));
        }
        assert!(!is_plain(1000, 0));
    }

    #[test]
    fn a_status_that_is_not_known_is_an_error() {
        let raw = |status| RawResult {
            status,
            first: 1,
            second: 2,
        };
        assert_eq!(result(raw(0)), Ok((1, 2)));
        assert_eq!(result(raw(6)), Err(SysError::Timeout));
        assert_eq!(result(raw(99)), Err(SysError::NotSupported));
    }
}
