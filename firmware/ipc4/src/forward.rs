//! Commands on their way from the thread `ipc` to the IPC thread of a core, and
//! the answers on their way back.

use acelab_abi::ipc4::Status;
use acelab_audio::LoadedModule;

/// Which part of a command a core is to execute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// All of it.
    Whole,
    /// First phase of SET_PIPELINE_STATE for this pipeline.
    Prepare(u8),
    /// Second phase of SET_PIPELINE_STATE for this pipeline.
    Trigger(u8),
}

const PREPARE: u32 = 1 << 8;
const TRIGGER: u32 = 2 << 8;

impl Phase {
    const fn word(self) -> u32 {
        match self {
            Self::Whole => 0,
            Self::Prepare(id) => PREPARE | id as u32,
            Self::Trigger(id) => TRIGGER | id as u32,
        }
    }

    const fn from_word(word: u32) -> Option<Self> {
        let id = word as u8;
        match word & !0xFF {
            0 if id == 0 => Some(Self::Whole),
            PREPARE => Some(Self::Prepare(id)),
            TRIGGER => Some(Self::Trigger(id)),
            _ => None,
        }
    }
}

/// A command for a core's IPC thread. Its payload is in the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    /// Identity of the command: its answer has the same.
    pub sequence: u32,
    /// Primary word of the request.
    pub primary: u32,
    /// Extension word of the request.
    pub extension: u32,
    /// Which part to execute.
    pub phase: Phase,
    /// For an instance of a loadable module: the module, ready to be called.
    pub loaded: Option<LoadedModule>,
}

impl Command {
    /// Words that it is passed in.
    pub const WORDS: usize = 4 + LoadedModule::WORDS;

    /// The command as words.
    #[must_use]
    pub const fn to_words(self) -> [u32; Self::WORDS] {
        let [table, pins, heap, stack, domain] = match self.loaded {
            Some(loaded) => loaded.to_words(),
            None => [0; LoadedModule::WORDS],
        };
        [
            self.sequence,
            self.primary,
            self.extension,
            self.phase.word(),
            table,
            pins,
            heap,
            stack,
            domain,
        ]
    }

    /// The command in words; `None` if the fourth is no phase.
    #[must_use]
    pub const fn from_words(words: [u32; Self::WORDS]) -> Option<Self> {
        let [sequence, primary, extension, phase, loaded @ ..] = words;
        match Phase::from_word(phase) {
            Some(phase) => Some(Self {
                sequence,
                primary,
                extension,
                phase,
                loaded: LoadedModule::from_words(loaded),
            }),
            None => None,
        }
    }
}

/// What a core's IPC thread says about a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Identity of the command.
    pub sequence: u32,
    /// Its outcome.
    pub status: Status,
    /// Extension word of the reply.
    pub extension: u32,
    /// Bytes of payload in the core's reply page.
    pub payload: u32,
}

impl Answer {
    /// Size of an answer.
    pub const BYTES: usize = 16;

    /// The answer as four words.
    #[must_use]
    pub const fn to_words(self) -> [u32; 4] {
        [
            self.sequence,
            self.status.code(),
            self.extension,
            self.payload,
        ]
    }

    /// The answer in four words. They come from a user thread: a status that
    /// does not exist is a failure.
    #[must_use]
    pub const fn from_words([sequence, status, extension, payload]: [u32; 4]) -> Self {
        let status = match Status::from_code(status) {
            Some(status) => status,
            None => Status::Failure,
        };
        Self {
            sequence,
            status,
            extension,
            payload,
        }
    }
}

/// How forwarding a command has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forwarded {
    /// The core has answered in time. If it was with success, the payload is in
    /// the outbox.
    Done(Answer),
    /// The core has the command and has not answered in time; it is late until
    /// [`crate::Firmware::late_answer`] returns the answer.
    TimedOut,
    /// The core is late with an earlier command; it does not get this one.
    Late,
    /// The core has no thread for commands (any more).
    Gone,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_words_are_at_most_one_command(words in any::<[u32; Command::WORDS]>(), id in any::<u8>()) {
            if let Some(command) = Command::from_words(words) {
                prop_assert_eq!(&command.to_words()[..4], &words[..4]);
            }
            for phase in [Phase::Whole, Phase::Prepare(id), Phase::Trigger(id)] {
                let [sequence, primary, extension, _, loaded @ ..] = words;
                let loaded = LoadedModule::from_words(loaded);
                let command = Command { sequence, primary, extension, phase, loaded };
                prop_assert_eq!(Command::from_words(command.to_words()), Some(command));
            }
        }

        #[test]
        fn any_four_words_are_an_answer(words in any::<[u32; 4]>()) {
            let answer = Answer::from_words(words);
            prop_assert_eq!(Answer::from_words(answer.to_words()), answer);
        }
    }
}
