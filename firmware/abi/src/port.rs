//! Audio ports by name: where sound leaves and enters the part.

use core::fmt;

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
