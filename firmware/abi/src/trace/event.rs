//! One event: when, which core, in which mode, what.

use core::fmt;

use super::channel::Channel;
use super::field::PAYLOAD_BYTES;
use super::kind::EventKind;
use super::value::Mode;
use crate::clock::Nanos;
use crate::core_id::CoreId;

/// Bytes of an event on the wire: time u64, core u8 (0xFF for none), mode u8,
/// kind u16, fields; all little endian.
pub const EVENT_BYTES: usize = 12 + PAYLOAD_BYTES;

const NO_CORE: u8 = 0xFF;

/// Something that happened in the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Event {
    /// Virtual time.
    pub time: Nanos,
    /// The core that caused it or that it concerns; none for the host.
    pub core: Option<CoreId>,
    /// What the core ran.
    pub mode: Mode,
    /// What happened.
    pub kind: EventKind,
}

/// The bytes are no event this version knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownEvent {
    /// The kind they claim to be.
    pub code: u16,
}

impl fmt::Display for UnknownEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no event of kind {:#06x} has these bytes", self.code)
    }
}

impl core::error::Error for UnknownEvent {}

impl Event {
    /// The wire form.
    pub fn to_bytes(&self) -> [u8; EVENT_BYTES] {
        let mut bytes = [0; EVENT_BYTES];
        bytes[..8].copy_from_slice(&self.time.0.to_le_bytes());
        bytes[8] = self.core.map_or(NO_CORE, CoreId::get);
        bytes[9] = self.mode.number();
        bytes[10..12].copy_from_slice(&self.kind.code().to_le_bytes());
        bytes[12..].copy_from_slice(&self.kind.payload());
        bytes
    }

    /// The event that has this wire form.
    ///
    /// # Errors
    /// When no event has it, because the kind is unknown or a field is out of
    /// range.
    pub fn from_bytes(bytes: &[u8; EVENT_BYTES]) -> Result<Self, UnknownEvent> {
        let [
            t0,
            t1,
            t2,
            t3,
            t4,
            t5,
            t6,
            t7,
            core,
            mode,
            kind0,
            kind1,
            payload @ ..,
        ] = *bytes;
        let code = u16::from_le_bytes([kind0, kind1]);
        let unknown = UnknownEvent { code };
        let core = match core {
            NO_CORE => None,
            index => Some(CoreId::new(index).ok_or(unknown)?),
        };
        Ok(Self {
            time: Nanos(u64::from_le_bytes([t0, t1, t2, t3, t4, t5, t6, t7])),
            core,
            mode: Mode::from_number(mode).ok_or(unknown)?,
            kind: EventKind::from_payload(code, &payload).ok_or(unknown)?,
        })
    }

    /// The columns in front of the event's text.
    pub const fn head(&self) -> LineHead {
        LineHead {
            time: self.time,
            core: self.core,
            mode: self.mode,
            channel: self.kind.channel(),
        }
    }
}

impl fmt::Display for Event {
    /// The line of the canonical log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.head(), self.kind)
    }
}

/// The fixed columns of a line of the canonical log, for events and for the
/// lines the lab adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LineHead {
    /// Virtual time.
    pub time: Nanos,
    /// The core, if one is concerned.
    pub core: Option<CoreId>,
    /// What the core ran.
    pub mode: Mode,
    /// The channel.
    pub channel: Channel,
}

impl fmt::Display for LineHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>12} ", self.time.0)?;
        match self.core {
            Some(core) => write!(f, "c{core}")?,
            None => f.write_str("--")?,
        }
        write!(f, " {:<4} {:<5}", self.mode, self.channel)
    }
}

#[cfg(test)]
#[path = "event_tests.rs"]
mod tests;
