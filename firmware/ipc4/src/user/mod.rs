//! Execution of commands on the core that owns what they are about.

use core::sync::atomic::AtomicU32;

use acelab_audio::{Engine, Lock, Platform, State};

use crate::forward::{Answer, Command};

/// The IPC thread of a core.
pub struct Executor<'a, P: Platform, L> {
    platform: &'a P,
    engine: Engine<'a, P, L>,
    inbox: &'a [AtomicU32],
    reply: &'a [AtomicU32],
}

impl<'a, P: Platform, L: Lock<State<P>>> Executor<'a, P, L> {
    /// Executes for the engine over `platform` and `state`. Payloads are read
    /// from `inbox`, those of replies written to `reply`, a page that nobody
    /// writes to but this thread.
    #[must_use]
    pub fn new(
        platform: &'a P,
        state: &'a L,
        inbox: &'a [AtomicU32],
        reply: &'a [AtomicU32],
    ) -> Self {
        Self {
            platform,
            engine: Engine::new(platform, state),
            inbox,
            reply,
        }
    }

    /// Executes a command.
    pub fn execute(&mut self, command: &Command) -> Answer {
        let _ = (self.platform, &self.engine, self.inbox, self.reply);
        Answer {
            sequence: command.sequence,
            status: acelab_abi::ipc4::Status::Unavailable,
            extension: command.extension,
            payload: 0,
        }
    }
}
