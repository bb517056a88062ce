//! What models do to the world.

use acelab_abi::core_id::CoreId;
use acelab_abi::interrupt::CoreLine;
use acelab_abi::trace::{Event, EventKind, Mode};

use crate::access::Origin;

/// An edge of the host's interrupt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HostEdge {
    /// The DSP sent a message and the host enabled TBIE.
    Doorbell,
    /// The DSP completed the host's message and the host enabled IDIE.
    Done,
    /// A stream of the HDA controller, by its number, has a cause that the host
    /// has enabled.
    Stream(u8),
}

/// One thing for the machine to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Drive an interrupt line of a core.
    Irq {
        /// The core.
        core: CoreId,
        /// The line.
        line: CoreLine,
        /// Its new level.
        level: bool,
    },
    /// Reset a core completely and let it run from `pc`.
    StartCore {
        /// The core.
        core: CoreId,
        /// Its first instruction.
        pc: u32,
    },
    /// Stop a core; it starts again only by [`Effect::StartCore`].
    StallCore {
        /// The core.
        core: CoreId,
    },
    /// The host has an interrupt: stop virtual time and tell it.
    HostInterrupt(HostEdge),
    /// The guest ends the run.
    Exit {
        /// The code it gave.
        code: u32,
    },
    /// Write the event to the log.
    Event(Event),
}

/// The effects of the access at hand, in the order they happen. The only way
/// out of the models.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    list: Vec<Effect>,
}

impl Effects {
    pub(crate) fn push(&mut self, effect: Effect) {
        self.list.push(effect);
    }

    /// Logs what `origin` caused.
    pub(crate) fn event(&mut self, origin: &Origin, kind: EventKind) {
        self.push(Effect::Event(Event {
            time: origin.now,
            core: origin.core,
            mode: origin.mode,
            kind,
        }));
    }

    /// Logs what happened to `core`, whoever caused it.
    pub(crate) fn event_of(&mut self, core: CoreId, origin: &Origin, kind: EventKind) {
        self.push(Effect::Event(Event {
            time: origin.now,
            core: Some(core),
            mode: Mode::None,
            kind,
        }));
    }

    pub(crate) fn drain(&mut self) -> std::vec::Drain<'_, Effect> {
        self.list.drain(..)
    }
}
