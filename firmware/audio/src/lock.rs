//! The lock between ticks and commands.

/// The LL lock of a core around a value.
///
/// It is held for a whole tick. Implementations inherit priority, so that a
/// tick waits no longer than the holder works.
pub trait Lock<T> {
    /// Runs `work` with the value while the lock is held. Never nested.
    fn with<R>(&self, work: impl FnOnce(&mut T) -> R) -> R;
}
