//! Arguments of system calls, checked as the table in
//! [`acelab_abi::syscall`] says.

use acelab_abi::object::ObjectKind;
use acelab_abi::syscall::{Argument, Buffer, MAX_ARGS, SysError, Syscall};

use super::{Kernel, Ring, Stop};
use crate::ids::ThreadId;
use crate::memory::{Access, BadPointer, UserBytes};
use crate::object::ObjectId;
use crate::port::Port;

/// Arguments that have been checked: handles name objects of the right kind
/// that the caller may use, values are in their ranges, buffers are the
/// caller's.
#[derive(Debug)]
pub(crate) struct Args<'a> {
    words: &'a [u32; MAX_ARGS],
    objects: [ObjectId; MAX_ARGS],
}

impl Args<'_> {
    /// The word of an argument.
    pub const fn word(&self, index: usize) -> u32 {
        self.words[index]
    }

    /// The object that a handle names.
    pub const fn object(&self, index: usize) -> ObjectId {
        self.objects[index]
    }

    /// The deadline whose low word is argument `index`.
    pub const fn deadline(&self, index: usize) -> u64 {
        (self.words[index + 1] as u64) << 32 | self.words[index] as u64
    }

    /// The buffer at argument `index`, whose length is the next argument.
    pub fn buffer(&self, index: usize) -> Result<UserBytes, Stop> {
        UserBytes::bytes(self.words[index], self.words[index + 1])
            .map_err(|bad| bad_pointer(index, bad))
    }
}

/// A thread whose argument is a bad pointer is stopped.
pub(crate) const fn bad_pointer(argument: usize, bad: BadPointer) -> Stop {
    Stop::BadPointer {
        argument,
        address: bad.address,
    }
}

impl Kernel {
    /// Checks every argument of a call as the table says: values first, so that
    /// a wrong value is answered with an error even beside a bad pointer.
    pub(super) fn check_args<'a>(
        &self,
        port: &impl Port,
        caller: ThreadId,
        syscall: Syscall,
        words: &'a [u32; MAX_ARGS],
    ) -> Result<Args<'a>, Stop> {
        let mut args = Args {
            words,
            objects: [ObjectId::FIRST; MAX_ARGS],
        };
        let table = syscall.arguments();
        let mut pointers = false;
        for ((object, &word), argument) in args.objects.iter_mut().zip(words).zip(table) {
            match *argument {
                Argument::Handle(kind) => *object = self.check_handle(caller, word, Some(kind))?,
                Argument::AnyHandle => *object = self.check_handle(caller, word, None)?,
                Argument::Range(least, most) if !(least..=most).contains(&word) => {
                    return Err(SysError::InvalidValue.into());
                }
                Argument::Bits(mask) if word == 0 || word & !mask != 0 => {
                    return Err(SysError::InvalidValue.into());
                }
                Argument::Length(most) if word > most => return Err(SysError::TooLong.into()),
                Argument::In(_) | Argument::Out(_) => pointers = true,
                Argument::Range(..)
                | Argument::Bits(_)
                | Argument::Length(_)
                | Argument::Word
                | Argument::DeadlineLow
                | Argument::DeadlineHigh
                | Argument::HeapAddress => {}
            }
        }
        if pointers {
            self.check_pointers(port, caller, syscall, words)?;
        }
        Ok(args)
    }

    fn check_pointers(
        &self,
        port: &impl Port,
        caller: ThreadId,
        syscall: Syscall,
        words: &[u32; MAX_ARGS],
    ) -> Result<(), Stop> {
        let space = self.threads[caller.index()].space();
        for (index, argument) in syscall.arguments().iter().enumerate() {
            let (buffer, access) = match *argument {
                Argument::In(buffer) => (buffer, Access::Read),
                Argument::Out(buffer) => (buffer, Access::Write),
                _ => continue,
            };
            let claim = match buffer {
                Buffer::Words(bytes) => UserBytes::words(words[index], bytes),
                Buffer::Bytes(_) => {
                    let len = words.get(index + 1).copied().unwrap_or(u32::MAX);
                    UserBytes::bytes(words[index], len)
                }
            };
            claim
                .and_then(|claim| self.memory.check(port, space, claim, access))
                .map_err(|bad| bad_pointer(index, bad))?;
        }
        Ok(())
    }

    /// The object that a word names, if it is of the kind and the caller may use
    /// it.
    pub(crate) fn check_handle(
        &self,
        caller: ThreadId,
        word: u32,
        kind: Option<ObjectKind>,
    ) -> Result<ObjectId, SysError> {
        let id = self.objects.find(word)?;
        if kind.is_some() && self.objects.get(id).object.kind() != kind {
            return Err(SysError::WrongKind);
        }
        if self.may_use(caller, id) {
            Ok(id)
        } else {
            Err(SysError::Permission)
        }
    }

    /// Whether a thread may use an object: those of ring 0 may use every one.
    pub(super) fn may_use(&self, thread: ThreadId, id: ObjectId) -> bool {
        self.threads[thread.index()].ring == Ring::Kernel
            || self.objects.get(id).permitted.contains(thread)
    }

    /// Whether a thread may close an object, and take permissions back: its
    /// owner may, and ring 0.
    pub(super) fn is_owner(&self, thread: ThreadId, id: ObjectId) -> bool {
        self.threads[thread.index()].ring == Ring::Kernel
            || self.objects.get(id).owner == Some(thread)
    }
}
