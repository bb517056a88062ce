//! What a thread may ask of the kernel.

/// Which system calls a thread may make, and what comes of it when it does
/// something wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limits {
    /// All of them; then it ends.
    None,
    /// A few ([`is_for_confined`]); then it ends.
    ///
    /// [`is_for_confined`]: acelab_abi::syscall::guard::is_for_confined
    Confined,
    /// In a guarded call hardly any ([`is_allowed`]), and then only the call
    /// ends.
    ///
    /// [`is_allowed`]: acelab_abi::syscall::guard::is_allowed
    Guarded(Guard),
}

/// What the kernel knows of the guarded calls of a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// Where the kernel finds the block at the top of the thread's stack.
    pub block: u32,
    /// Where the thread goes on when a call was ended.
    pub entry: u32,
    /// Serial of the call that the watchdog has seen last.
    pub seen: u32,
    /// How often it has seen it.
    pub samples: u32,
}
