//! Threads.

use acelab_abi::core_id::CoreId;
use acelab_abi::syscall::{ExitReason, MAX_NAME, SysError, Syscall, ThreadParams, flags};

use crate::object::{created, object};
use crate::raw::{call, values};
use crate::{Deadline, Domain, Object, ObjectKind, Owned, Result};

object! {
    /// A thread.
    Thread: Some(ObjectKind::Thread)
}

/// What a thread runs: gets the argument of its builder, and what it returns is
/// its exit code.
pub type Entry = extern "C" fn(u32) -> u32;

/// How a thread has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exit {
    /// The way it ended.
    pub reason: ExitReason,
    /// What [`ExitReason`] says of the value: its code, EXCCAUSE, …
    pub value: u32,
}

impl Thread {
    /// The thread that asks. Knows it from the kernel; [`crate::local`] is the
    /// way without a system call.
    pub fn current() -> Result<Self> {
        let (word, _) = values!(ThreadSelf)?;
        Self::from_word(word).ok_or(SysError::BadHandle)
    }

    /// Lets the thread run.
    pub fn start(self) -> Result<()> {
        values!(ThreadStart, self.word()).map(drop)
    }

    /// Ends the thread: its mutexes are handed on, its objects closed.
    pub fn abort(self) -> Result<()> {
        values!(ThreadAbort, self.word()).map(drop)
    }

    /// Waits until the thread has ended.
    pub fn join(self, deadline: Deadline) -> Result<Exit> {
        let (reason, value) = values!(ThreadJoin, self.word(), deadline.low(), deadline.high())?;
        let reason = ExitReason::from_code(reason).ok_or(SysError::NotSupported)?;
        Ok(Exit { reason, value })
    }

    /// Sets its priority, 0 (most urgent) to 31, not above that of the caller.
    pub fn set_priority(self, priority: u32) -> Result<()> {
        values!(ThreadSetPriority, self.word(), priority).map(drop)
    }
}

/// What a new thread is like. Unless told otherwise it runs on core 0 with the
/// least urgent priority, in the caller's domain, on one page of stack.
#[derive(Clone, Copy, Debug)]
pub struct Builder {
    params: ThreadParams,
}

impl Builder {
    /// A thread that runs `entry`. Only the first 16 bytes of the name count.
    #[must_use]
    pub fn new(name: &str, entry: Entry) -> Self {
        let mut bytes = [0; MAX_NAME];
        for (slot, byte) in bytes.iter_mut().zip(name.bytes()) {
            *slot = byte;
        }
        let (words, _) = bytes.as_chunks::<4>();
        let mut name = [0; MAX_NAME / 4];
        for (slot, word) in name.iter_mut().zip(words) {
            *slot = u32::from_le_bytes(*word);
        }
        Self {
            params: ThreadParams {
                entry: (entry as *const ()).expose_provenance() as u32,
                arg: 0,
                stack_pages: 1,
                priority: acelab_abi::syscall::MAX_PRIORITY,
                core: CoreId::PRIMARY.get().into(),
                domain: crate::Handle::NONE,
                flags: 0,
                name,
            },
        }
    }

    /// The argument of its function.
    #[must_use]
    pub const fn arg(mut self, arg: u32) -> Self {
        self.params.arg = arg;
        self
    }

    /// Pages of its stack.
    #[must_use]
    pub const fn stack_pages(mut self, pages: u32) -> Self {
        self.params.stack_pages = pages;
        self
    }

    /// Its priority, 0 (most urgent) to 31.
    #[must_use]
    pub const fn priority(mut self, priority: u32) -> Self {
        self.params.priority = priority;
        self
    }

    /// The core it is pinned to.
    #[must_use]
    pub const fn core(mut self, core: CoreId) -> Self {
        self.params.core = core.get() as u32;
        self
    }

    /// The domain it runs in.
    #[must_use]
    pub fn domain(mut self, domain: Domain) -> Self {
        self.params.domain = domain.word();
        self
    }

    /// It runs in ring 0. Only a kernel thread may ask for this.
    #[must_use]
    pub const fn kernel(mut self) -> Self {
        self.params.flags |= flags::KERNEL;
        self
    }

    /// It may create threads, domains and partitions itself.
    #[must_use]
    pub const fn spawner(mut self) -> Self {
        self.params.flags |= flags::SPAWN;
        self
    }

    /// It may open gateways of the DMA. Only a thread that may itself can ask
    /// for this.
    #[must_use]
    pub const fn devices(mut self) -> Self {
        self.params.flags |= flags::DEVICES;
        self
    }

    /// It may make a few system calls only (see
    /// [`is_for_confined`](acelab_abi::syscall::guard::is_for_confined)); any
    /// other one stops it.
    #[must_use]
    pub const fn confined(mut self) -> Self {
        self.params.flags |= flags::CONFINED;
        self
    }

    /// The parameters as they go to the kernel.
    #[must_use]
    pub const fn params(&self) -> &ThreadParams {
        &self.params
    }

    /// Creates the thread; it waits for [`Thread::start`].
    pub fn create(&self) -> Result<Owned<Thread>> {
        let words = self.params.to_words();
        // SAFETY: the kernel reads the array.
        unsafe { call(Syscall::ThreadCreate, [words.as_ptr().expose_provenance()]) }
            .map(|(word, _)| created(word))
    }

    /// Creates the thread and lets it run.
    pub fn spawn(&self) -> Result<Owned<Thread>> {
        let thread = self.create()?;
        thread.start()?;
        Ok(thread)
    }
}

/// Ends the calling thread.
pub fn exit(code: u32) -> ! {
    loop {
        // It does not return.
        let _ = values!(ThreadExit, code);
    }
}

/// Lets other threads of the same priority run.
#[inline(always)]
pub fn yield_now() -> Result<()> {
    values!(ThreadYield).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    extern "C" fn nothing(arg: u32) -> u32 {
        arg
    }

    #[test]
    fn names_are_cut_and_filled_up() {
        let name = |name| Builder::new(name, nothing).params.name;
        let bytes = |text: &[u8; 4]| u32::from_le_bytes(*text);
        assert_eq!(name("low"), [bytes(b"low\0"), 0, 0, 0]);
        let long = [b"0123", b"4567", b"89ab", b"cdef"].map(bytes);
        assert_eq!(name("0123456789abcdefgh"), long);
    }

    #[test]
    fn flags_add_up() {
        let builder = Builder::new("x", nothing).kernel().spawner().priority(3);
        assert_eq!(builder.params.flags, flags::KERNEL | flags::SPAWN);
        assert_eq!(builder.params.priority, 3);
    }
}
