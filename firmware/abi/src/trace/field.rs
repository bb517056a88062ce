//! How a field of an event becomes bytes and back.

use super::value::{
    Access, Direction, GatewayFault, Peer, PortFault, PowerRefusal, RomError, RomState,
    StreamFault, Switch, WindowRefusal,
};
use crate::core_id::CoreId;
use crate::port::PortId;
use crate::regs::hda::Gateway;
use crate::regs::idc::Agent;

/// Bytes there are for the fields of one event.
pub(super) const PAYLOAD_BYTES: usize = 20;

/// Writes fields one after the other, little endian, without padding.
pub(super) struct Writer {
    bytes: [u8; PAYLOAD_BYTES],
    used: usize,
}

impl Writer {
    pub(super) const fn new() -> Self {
        Self {
            bytes: [0; PAYLOAD_BYTES],
            used: 0,
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        self.bytes[self.used..self.used + bytes.len()].copy_from_slice(bytes);
        self.used += bytes.len();
    }

    pub(super) fn finish(self) -> [u8; PAYLOAD_BYTES] {
        self.bytes
    }
}

/// Reads fields in the order they were written.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) const fn new(payload: &'a [u8; PAYLOAD_BYTES]) -> Self {
        Self { rest: payload }
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*head)
    }

    /// Whether what is left is the padding a writer leaves.
    pub(super) fn is_padding(&self) -> bool {
        self.rest.iter().all(|byte| *byte == 0)
    }
}

/// A value that an event can carry.
pub(super) trait Field: Sized {
    fn put(&self, to: &mut Writer);
    fn take(from: &mut Reader<'_>) -> Option<Self>;
}

macro_rules! integer_fields {
    ($($type:ty),+) => {$(
        impl Field for $type {
            fn put(&self, to: &mut Writer) {
                to.put(&self.to_le_bytes());
            }

            fn take(from: &mut Reader<'_>) -> Option<Self> {
                from.take().map(Self::from_le_bytes)
            }
        }
    )+};
}

integer_fields!(u8, u32, u64);

macro_rules! value_fields {
    ($($type:ty),+) => {$(
        impl Field for $type {
            fn put(&self, to: &mut Writer) {
                self.number().put(to);
            }

            fn take(from: &mut Reader<'_>) -> Option<Self> {
                u8::take(from).and_then(Self::from_number)
            }
        }
    )+};
}

value_fields!(
    Access,
    Direction,
    Gateway,
    GatewayFault,
    Peer,
    PortFault,
    PortId,
    PowerRefusal,
    RomError,
    RomState,
    StreamFault,
    Switch,
    WindowRefusal
);

impl Field for CoreId {
    fn put(&self, to: &mut Writer) {
        self.get().put(to);
    }

    fn take(from: &mut Reader<'_>) -> Option<Self> {
        u8::take(from).and_then(Self::new)
    }
}

impl Field for Agent {
    fn put(&self, to: &mut Writer) {
        Switch::from(*self == Self::B).put(to);
    }

    fn take(from: &mut Reader<'_>) -> Option<Self> {
        Switch::take(from).map(|b| if b == Switch::On { Self::B } else { Self::A })
    }
}
