//! Long work of system threads, done in what time the audio leaves.

use acelab_abi::syscall::MAX_PRIORITY;
use acelab_user::{Thread, yield_now};

/// While there is one, the thread that made it is less urgent than everything else,
/// and a module's thread that has used up its turn is its equal.
pub struct Background {
    /// The thread, and its priority before.
    of: Option<(Thread, u32)>,
}

impl Background {
    /// Makes the executing thread, whose priority is `own`, less urgent.
    pub fn begin(own: u32) -> Self {
        let thread = Thread::current().ok();
        // One that cannot be made less urgent does its work nonetheless.
        let of = thread.filter(|thread| thread.set_priority(MAX_PRIORITY).is_ok());
        Self {
            of: of.map(|thread| (thread, own)),
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        if let Some((thread, own)) = self.of {
            // It was that urgent before.
            let _ = thread.set_priority(own);
        }
    }
}

/// Between two pieces of long work: equals have their turn.
pub fn pause() {
    // There is nobody else, at worst.
    let _ = yield_now();
}
