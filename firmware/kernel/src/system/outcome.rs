//! What the kernel tells its port.

use acelab_abi::core_id::CoreId;
use acelab_abi::syscall::ExitReason;

use crate::ids::{DomainId, ThreadId};

/// Privilege of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ring {
    /// Ring 0.
    Kernel,
    /// Ring 2.
    User,
}

/// A thread that the firmware itself starts.
#[derive(Clone, Copy, Debug)]
pub struct Spawn<'a> {
    /// Core it is pinned to.
    pub core: CoreId,
    /// First instruction; called with `arg` in a2.
    pub entry: u32,
    /// Argument.
    pub arg: u32,
    /// Pages of the stack, without the guard page.
    pub stack_pages: u32,
    /// Priority, 0 (most urgent) to 31.
    pub priority: u32,
    /// Privilege.
    pub ring: Ring,
    /// Domain: for user threads, and kernel threads that use the memory of one.
    pub domain: Option<DomainId>,
    /// Whether it may create threads, domains and partitions.
    pub may_spawn: bool,
    /// Whether it belongs to its core: it does not keep the core from being
    /// removed, and goes with it.
    pub system: bool,
    /// Name; what is too long is cut.
    pub name: &'a str,
}

/// The idle thread of a core: runs in ring 0 when nothing else can, and never
/// waits for anything.
#[derive(Clone, Copy, Debug)]
pub struct Idle {
    /// First instruction.
    pub entry: u32,
    /// First address after its stack, which the port owns.
    pub stack_top: u32,
}

/// What came of a system call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// The caller goes on with these words in a2, a3 and a4.
    Return([u32; 3]),
    /// The caller waits; [`Kernel::choose`](super::Kernel::choose) brings its
    /// answer.
    Blocked,
    /// The caller has ended. Its stack is gone.
    Ended,
    /// An argument is a bad pointer: the port calls
    /// [`Kernel::fail`](super::Kernel::fail) with [`Fate::bad_pointer`].
    BadPointer {
        /// Which argument, 0 to 4.
        argument: usize,
        /// Its value.
        address: u32,
    },
    /// The caller may not make this call: the port calls
    /// [`Kernel::fail`](super::Kernel::fail) with [`Fate::forbidden`].
    Forbidden,
    /// The caller panics; [`Port::panicked`](crate::port::Port::panicked) has
    /// its text. The port calls [`Kernel::fail`](super::Kernel::fail) with
    /// [`Fate::panicked`], or halts the DSP if it is in ring 0.
    Panic,
}

/// The thread that a core runs next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Next {
    /// Which one.
    pub thread: ThreadId,
    /// How it goes on.
    pub resume: Resume,
}

/// How a thread goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resume {
    /// With its registers as they are.
    Continue,
    /// For the first time: nothing of what its context held before is valid.
    Start(Start),
    /// Out of a system call, with these words in a2, a3 and a4.
    Answer([u32; 3]),
}

/// The first registers of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// First instruction.
    pub entry: u32,
    /// Argument, for a2.
    pub arg: u32,
    /// Stack pointer; a multiple of 16.
    pub stack: u32,
    /// Privilege.
    pub ring: Ring,
    /// THREADPTR: where the thread finds its
    /// [`ThreadLocal`](acelab_abi::syscall::ThreadLocal); 0 for idle threads.
    pub thread_pointer: u32,
}

/// How and where a thread ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fate {
    /// How.
    pub reason: ExitReason,
    /// The value `thread_join` answers.
    pub value: u32,
    /// Address of the instruction, or 0.
    pub pc: u32,
    /// Address it reached for, or the bad pointer, or 0.
    pub address: u32,
    /// Number of the argument that is the bad pointer.
    pub argument: usize,
}

impl Fate {
    const fn plain(reason: ExitReason, value: u32) -> Self {
        Self {
            reason,
            value,
            pc: 0,
            address: 0,
            argument: 0,
        }
    }

    /// It called `thread_exit`.
    #[must_use]
    pub const fn exited(code: u32) -> Self {
        Self::plain(ExitReason::Exited, code)
    }

    /// Another thread ended it.
    #[must_use]
    pub const fn aborted() -> Self {
        Self::plain(ExitReason::Aborted, 0)
    }

    /// It panicked.
    #[must_use]
    pub const fn panicked(pc: u32) -> Self {
        Self {
            pc,
            ..Self::plain(ExitReason::Panicked, 0)
        }
    }

    /// An exception stopped it.
    #[must_use]
    pub const fn faulted(cause: u32, pc: u32, address: u32) -> Self {
        Self {
            pc,
            address,
            ..Self::plain(ExitReason::Faulted, cause)
        }
    }

    /// It passed a bad pointer to system call `number`.
    #[must_use]
    pub const fn bad_pointer(number: u32, pc: u32, argument: usize, address: u32) -> Self {
        Self {
            reason: ExitReason::BadPointer,
            value: number,
            pc,
            address,
            argument,
        }
    }

    /// It made system call `number`, which it may not make.
    #[must_use]
    pub const fn forbidden(number: u32, pc: u32) -> Self {
        Self {
            pc,
            ..Self::plain(ExitReason::Forbidden, number)
        }
    }

    /// Its guarded call took longer than `limit` says.
    #[must_use]
    pub const fn over_budget(limit: u32, pc: u32) -> Self {
        Self {
            pc,
            ..Self::plain(ExitReason::Budget, limit)
        }
    }

    /// Whether the thread's end is reported before it is reaped.
    #[must_use]
    pub const fn is_reported(self) -> bool {
        !matches!(self.reason, ExitReason::Exited | ExitReason::Aborted)
    }
}

/// Something still needs the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy;
