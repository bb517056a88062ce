//! One stream of a gateway: its registers and its ring.

use acelab_abi::regs::hda::{
    BF, BNE, BSC, BSCIE, FIFORDY, FWCB, GBUSY, GEN, Gateway, L1ETP, L1EXP, Reg, SCS, TE, XRUN,
};
use acelab_abi::trace::{EventKind, GatewayFault};

use super::ring::Ring;
use crate::access::{Fault, Origin};
use crate::effect::Effects;

/// Bits of DGCS that firmware sets and clears.
const WRITABLE: u32 = SCS | GEN | L1ETP | L1EXP | FWCB | FIFORDY | BSCIE;
/// Bits of DGCS that firmware clears by writing 1.
const CLEARABLE: u32 = TE | BSC | XRUN;

/// What a write asks of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Request {
    /// Nothing.
    Nothing,
    /// The host's position moves by so many bytes.
    HostPosition(u32),
}

/// A stream of one of the four blocks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stream {
    gateway: Gateway,
    number: u8,
    /// Something is at the other end: a port, or the host.
    connected: bool,
    control: u32,
    segment: u32,
    minimum: u32,
    ring: Ring,
    /// Bytes moved by the DMA since the start.
    moved: u64,
}

impl Stream {
    pub(super) fn new(gateway: Gateway, number: u8, connected: bool) -> Self {
        Self {
            gateway,
            number,
            connected,
            control: 0,
            segment: 0,
            minimum: 0,
            ring: Ring::default(),
            moved: 0,
        }
    }

    pub(super) const fn is_enabled(&self) -> bool {
        self.control & GEN != 0
    }

    /// Bytes of a sample in memory, on the link's side.
    pub(super) const fn container(&self) -> u32 {
        if self.control & SCS != 0 { 2 } else { 4 }
    }

    pub(super) const fn ring(&self) -> &Ring {
        &self.ring
    }

    /// Whether the stream holds its interrupt up.
    pub(super) const fn interrupt(&self) -> bool {
        self.control & BSC != 0 && self.control & BSCIE != 0
    }

    /// The DMA lost data, or had none to send.
    pub(super) const fn note_xrun(&mut self) {
        self.control |= XRUN;
    }

    /// Lets the DMA move data through the ring by `act`, which says what became
    /// of it, and follows what moved.
    pub(super) fn pass<T>(&mut self, act: impl FnOnce(&mut Ring) -> T) -> T {
        let before = self.ring;
        let result = act(&mut self.ring);
        let (from, moved) = if self.gateway.fills() {
            (before.write_position(), self.ring.fill() - before.fill())
        } else {
            (before.read_position(), before.fill() - self.ring.fill())
        };
        self.moved += u64::from(moved);
        // The segment's end is passed when it lies in the part that was moved.
        let size = self.ring.size();
        if self.segment != 0 && self.segment <= size {
            let distance = (self.segment + size - from - 1) % size + 1;
            if moved >= distance {
                self.control |= BSC;
            }
        }
        result
    }

    pub(super) fn read(&self, offset: u32) -> Result<u32, Fault> {
        Ok(match self.register(offset)? {
            Reg::Control => self.status(),
            Reg::BufferAddress => self.ring.base(),
            Reg::BufferSize => self.ring.size(),
            Reg::ReadPosition => self.ring.read_position(),
            Reg::WritePosition => self.ring.write_position(),
            Reg::SegmentPosition => self.segment,
            Reg::MinimumSize => self.minimum,
            Reg::Increment | Reg::LinkIncrement | Reg::HostIncrement => 0,
        })
    }

    fn register(&self, offset: u32) -> Result<Reg, Fault> {
        Reg::at(offset)
            .filter(|reg| self.gateway.is_host() || !reg.is_host_only())
            .ok_or(Fault::Reserved)
    }

    fn status(&self) -> u32 {
        let busy = if self.is_enabled() { GBUSY } else { 0 };
        let filled = if self.ring.fill() > 0 { BNE } else { 0 };
        let full = self.ring.size() > 0 && self.ring.space() == 0;
        self.control | busy | filled | if full { BF } else { 0 }
    }

    pub(super) fn write(
        &mut self,
        offset: u32,
        value: u32,
        origin: &Origin,
        fx: &mut Effects,
    ) -> Result<Request, Fault> {
        let done = match self.register(offset)? {
            Reg::ReadPosition | Reg::WritePosition => return Err(Fault::ReadOnly),
            Reg::Control => {
                self.write_control(value, origin, fx);
                Ok(())
            }
            Reg::BufferAddress => self.program(value, Ring::set_base),
            Reg::BufferSize => self.program(value, Ring::set_size),
            Reg::Increment => self.increment(value),
            Reg::SegmentPosition => {
                self.segment = value;
                Ok(())
            }
            Reg::MinimumSize => {
                self.minimum = value;
                Ok(())
            }
            Reg::LinkIncrement => Ok(()),
            Reg::HostIncrement => return Ok(Request::HostPosition(value)),
        };
        if let Err(reason) = done {
            self.fault(reason, value, origin, fx);
        }
        Ok(Request::Nothing)
    }

    /// Ring and size stay where they are while the stream is enabled.
    fn program(&mut self, value: u32, set: fn(&mut Ring, u32)) -> Result<(), GatewayFault> {
        if self.is_enabled() {
            return Err(GatewayFault::Busy);
        }
        set(&mut self.ring, value);
        Ok(())
    }

    fn increment(&mut self, len: u32) -> Result<(), GatewayFault> {
        if self.control & FWCB == 0 {
            return Err(GatewayFault::NotControlled);
        }
        if self.gateway.fills() {
            if len > self.ring.fill() {
                return Err(GatewayFault::TooMuch);
            }
            self.ring.consume(len);
        } else {
            if len > self.ring.space() {
                return Err(GatewayFault::TooMuch);
            }
            self.ring.produce(len);
        }
        Ok(())
    }

    fn write_control(&mut self, value: u32, origin: &Origin, fx: &mut Effects) {
        let was_enabled = self.is_enabled();
        let kept = self.control & CLEARABLE & !value;
        self.control = kept | value & WRITABLE;
        match (was_enabled, self.is_enabled()) {
            (false, true) => self.start(origin, fx),
            (true, false) => self.note_stop(origin, fx),
            _ => {}
        }
    }

    fn start(&mut self, origin: &Origin, fx: &mut Effects) {
        let checked = if self.connected {
            self.ring.check()
        } else {
            Err((GatewayFault::NoPort, self.number.into()))
        };
        if let Err((reason, value)) = checked {
            self.control &= !GEN;
            self.fault(reason, value, origin, fx);
            return;
        }
        self.moved = 0;
        if !self.gateway.is_host() {
            self.ring.drop_contents();
        }
        let (gateway, stream) = (self.gateway, self.number);
        let (address, size) = (self.ring.base(), self.ring.size());
        fx.event(
            origin,
            EventKind::DmaStart {
                gateway,
                stream,
                address,
                size,
            },
        );
    }

    /// The stream stands, by a write or because power is gone.
    pub(super) fn note_stop(&self, origin: &Origin, fx: &mut Effects) {
        let (gateway, stream, moved) = (self.gateway, self.number, self.moved);
        fx.event(
            origin,
            EventKind::DmaStop {
                gateway,
                stream,
                moved,
            },
        );
    }

    /// Reports that what was asked for was not done.
    pub(super) fn fault(
        &mut self,
        reason: GatewayFault,
        value: u32,
        origin: &Origin,
        fx: &mut Effects,
    ) {
        self.control |= TE;
        let (gateway, stream) = (self.gateway, self.number);
        fx.event(
            origin,
            EventKind::DmaFault {
                gateway,
                stream,
                reason,
                value,
            },
        );
    }
}
