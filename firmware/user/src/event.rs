//! Event flags.

use acelab_abi::syscall::{EVENT_ALL, EVENT_CLEAR};

use crate::object::{created, object};
use crate::raw::values;
use crate::{Deadline, Object, ObjectKind, Owned, Result};

object! {
    /// A word of flags that threads wait for.
    Event: Some(ObjectKind::Event)
}

/// What ends a wait for flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    mask: u32,
    mode: u32,
}

impl Wait {
    /// One of the flags of the mask.
    #[must_use]
    pub const fn any(mask: u32) -> Self {
        Self { mask, mode: 0 }
    }

    /// All flags of the mask together.
    #[must_use]
    pub const fn all(mask: u32) -> Self {
        Self {
            mask,
            mode: EVENT_ALL,
        }
    }

    /// The flags that end the wait are cleared by it.
    #[must_use]
    pub const fn clearing(self) -> Self {
        Self {
            mode: self.mode | EVENT_CLEAR,
            ..self
        }
    }
}

impl Event {
    /// A word of flags, none set.
    pub fn create() -> Result<Owned<Self>> {
        values!(EventCreate).map(|(word, _)| created(word))
    }

    /// Sets flags and wakes who waited for them.
    pub fn post(self, bits: u32) -> Result<()> {
        values!(EventPost, self.word(), bits).map(drop)
    }

    /// Clears flags.
    pub fn clear(self, bits: u32) -> Result<()> {
        values!(EventClear, self.word(), bits).map(drop)
    }

    /// Waits for flags; those of the mask that were set.
    pub fn wait(self, wait: Wait, deadline: Deadline) -> Result<u32> {
        let Wait { mask, mode } = wait;
        values!(
            EventWait,
            self.word(),
            mask,
            mode,
            deadline.low(),
            deadline.high()
        )
        .map(|(bits, _)| bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raw::fake;

    #[test]
    fn the_mode_goes_out_in_bits() {
        fake::install(|_, args| Ok((args[2] as u32, 0)));
        let event = Event::from_word(0x104).expect("a handle");
        let mode = |wait| event.wait(wait, Deadline::NOW).expect("flags");
        let modes = [
            Wait::any(1),
            Wait::all(1),
            Wait::any(1).clearing(),
            Wait::all(1).clearing(),
        ];
        assert_eq!(modes.map(mode), [0, 1, 2, 3]);
    }
}
