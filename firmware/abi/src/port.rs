//! Audio ports by name: where sound leaves and enters the part.

use core::fmt;

use crate::clock::Nanos;
use crate::regs::{dmic, ssp};

/// A port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortId(u8);

impl PortId {
    /// The digital microphones.
    pub const DMIC: Self = Self(ssp::PORTS);
    /// How many ports there are.
    pub const COUNT: usize = ssp::PORTS as usize + 1;

    /// Serial port `number`, if the machine has it.
    pub const fn ssp(number: u8) -> Option<Self> {
        if number < ssp::PORTS {
            Some(Self(number))
        } else {
            None
        }
    }

    /// All ports.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT as u8).map(Self)
    }

    /// The number on the wire: serial ports first, then the microphones.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The port with this number.
    pub const fn from_number(number: u8) -> Option<Self> {
        if (number as usize) < Self::COUNT {
            Some(Self(number))
        } else {
            None
        }
    }

    /// The stream of the link gateways that serves it.
    pub const fn link_stream(self) -> u8 {
        if self.0 == Self::DMIC.0 {
            dmic::LINK_STREAM
        } else {
            ssp::link_stream(self.0)
        }
    }

    /// Whether it can send.
    pub const fn has_output(self) -> bool {
        self.0 != Self::DMIC.0
    }
}

impl fmt::Display for PortId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::DMIC {
            f.pad("dmic")
        } else {
            write!(f, "ssp{}", self.0)
        }
    }
}

/// What is outside of a port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum PortMode {
    /// Nothing: what is sent is lost, what is received is silence.
    #[default]
    Open = 0,
    /// A wire from output to input: frame *k* that is sent in a burst is received
    /// when that burst has gone out. What is sent is recorded too.
    Loopback = 1,
    /// The lab: what is sent is recorded, and what it has queued is received;
    /// silence when it has queued nothing.
    External = 2,
}

impl PortMode {
    /// The number on the wire.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The mode with this number.
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Open),
            1 => Some(Self::Loopback),
            2 => Some(Self::External),
            _ => None,
        }
    }
}

/// A direction of a port that runs.
///
/// Outside of the part a frame is one word of 32 bits (little endian) per
/// active slot, in the order of the slots; the bits of a slot are the lower
/// ones of its word, the others are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Running {
    /// Virtual time at which frame 0 began.
    pub start: Nanos,
    /// Frames per second, numerator.
    pub rate: u32,
    /// Frames per second, denominator; not zero.
    pub per: u32,
    /// Active slots of a frame.
    pub slots: u8,
    /// Bits of a slot.
    pub bits: u8,
    /// Frames that were sent or received.
    pub frames: u64,
}

/// What a port does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PortStatus {
    /// What is outside.
    pub mode: PortMode,
    /// The transmitter, if it runs.
    pub output: Option<Running>,
    /// The receiver, if it runs.
    pub input: Option<Running>,
    /// Bytes that are queued and not yet received.
    pub queued: u32,
    /// Bytes that are recorded and not yet fetched.
    pub recorded: u32,
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;

    #[test]
    fn numbers_and_streams_are_each_ports_own() {
        let mut streams: std::vec::Vec<u8> = PortId::all().map(PortId::link_stream).collect();
        streams.sort_unstable();
        streams.dedup();
        assert_eq!(streams.len(), PortId::COUNT);
        for port in PortId::all() {
            assert_eq!(PortId::from_number(port.number()), Some(port));
        }
        assert_eq!(PortId::from_number(PortId::COUNT as u8), None);
    }
}
