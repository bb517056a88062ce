//! Parameters and fates of threads.

/// Number of priorities.
pub const PRIORITIES: u32 = 32;
/// The least urgent priority; 0 is the most urgent one.
pub const MAX_PRIORITY: u32 = PRIORITIES - 1;
/// Longest name of a thread, in bytes.
pub const MAX_NAME: usize = 16;

/// `event_wait`: all bits of the mask, not any of them.
pub const EVENT_ALL: u32 = 1 << 0;
/// `event_wait`: clears the bits that ended the wait.
pub const EVENT_CLEAR: u32 = 1 << 1;

/// Flags of [`ThreadParams`].
pub mod flags {
    /// Runs in ring 0. Only a kernel thread may ask for it.
    pub const KERNEL: u32 = 1 << 0;
    /// May create threads, domains and partitions.
    pub const SPAWN: u32 = 1 << 1;
    /// May open gateways of the DMA. Only a thread that may itself can ask for
    /// it.
    pub const DEVICES: u32 = 1 << 2;
    /// Is stopped by every system call that
    /// [`is_for_confined`](crate::syscall::guard::is_for_confined) does not name.
    /// Not together with another flag.
    pub const CONFINED: u32 = 1 << 3;
    /// Every flag.
    pub const ALL: u32 = KERNEL | SPAWN | DEVICES | CONFINED;
}

/// What `thread_create` reads, word by word in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadParams {
    /// First instruction; called with `arg` in a2.
    pub entry: u32,
    /// Argument.
    pub arg: u32,
    /// Pages of the stack, without the guard page, 1 to 16.
    pub stack_pages: u32,
    /// Priority, 0 to 31.
    pub priority: u32,
    /// Core the thread is pinned to.
    pub core: u32,
    /// Handle of its domain; 0 for that of the caller.
    pub domain: u32,
    /// [`flags`].
    pub flags: u32,
    /// Name, ASCII, filled up with zeros.
    pub name: [u32; MAX_NAME / 4],
}

impl ThreadParams {
    /// Words in memory.
    pub const WORDS: usize = 7 + MAX_NAME / 4;

    /// The words in order.
    #[must_use]
    pub const fn to_words(self) -> [u32; Self::WORDS] {
        let [n0, n1, n2, n3] = self.name;
        [
            self.entry,
            self.arg,
            self.stack_pages,
            self.priority,
            self.core,
            self.domain,
            self.flags,
            n0,
            n1,
            n2,
            n3,
        ]
    }

    /// From the words in order.
    #[must_use]
    pub const fn from_words(words: [u32; Self::WORDS]) -> Self {
        let [
            entry,
            arg,
            stack_pages,
            priority,
            core,
            domain,
            flags,
            n0,
            n1,
            n2,
            n3,
        ] = words;
        Self {
            entry,
            arg,
            stack_pages,
            priority,
            core,
            domain,
            flags,
            name: [n0, n1, n2, n3],
        }
    }
}

codes! {
    /// How a thread ended; `thread_join` answers it in a3, and a value in a4.
    pub enum ExitReason: u32 {
        /// It called `thread_exit`, or its function returned; value: the code.
        Exited = 0 => "EXITED",
        /// Another thread aborted it; value: 0.
        Aborted = 1 => "ABORTED",
        /// An exception stopped it; value: EXCCAUSE.
        Faulted = 2 => "FAULTED",
        /// A system call with a bad pointer stopped it; value: the number of
        /// the call.
        BadPointer = 3 => "BAD_POINTER",
        /// It panicked; value: 0.
        Panicked = 4 => "PANICKED",
        /// It made a system call that it may not make; value: the number of the
        /// call.
        Forbidden = 5 => "FORBIDDEN",
        /// A guarded call took longer than its limit; value: the limit.
        Budget = 6 => "BUDGET",
    }
}
