//! Results of system calls.

codes! {
    /// What a system call answers in a2.
    pub enum SysError: u32 {
        Ok = 0 => "OK",
        /// No such system call.
        BadSyscall = 1 => "BAD_SYSCALL",
        /// The handle names nothing, or something that is no longer there.
        BadHandle = 2 => "BAD_HANDLE",
        /// The handle names an object of another kind.
        WrongKind = 3 => "WRONG_KIND",
        /// The thread has no permission for the object or the operation.
        Permission = 4 => "PERMISSION",
        /// A value is out of its range.
        InvalidValue = 5 => "INVALID_VALUE",
        /// The deadline came first.
        Timeout = 6 => "TIMEOUT",
        /// A count is at its limit: that of a semaphore, how often a mutex is
        /// locked, or how many mutexes a thread holds.
        Overflow = 7 => "OVERFLOW",
        /// The mutex belongs to another thread.
        NotOwner = 8 => "NOT_OWNER",
        /// The mutex is locked now, and its former owner died with it: what it
        /// protects may be half done.
        OwnerDied = 9 => "OWNER_DIED",
        /// Waiting would never end.
        Deadlock = 10 => "DEADLOCK",
        /// The object was closed during the wait.
        Deleted = 11 => "DELETED",
        /// No memory, no object or no quota is left.
        NoMemory = 12 => "NO_MEMORY",
        /// The object is in use.
        Busy = 13 => "BUSY",
        /// The message does not fit into the buffer or the slot.
        TooLong = 14 => "TOO_LONG",
        /// This build of the firmware does not have it.
        NotSupported = 15 => "NOT_SUPPORTED",
        /// The object is not in a state for this.
        BadState = 16 => "BAD_STATE",
    }
}
