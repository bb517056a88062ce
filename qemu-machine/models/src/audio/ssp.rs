//! Registers of a serial port.

use acelab_abi::clock::Nanos;
use acelab_abi::port::PortId;
use acelab_abi::regs::ssp::{
    BSY, DSS, EDSS, FRDC_MASK, LBM, MOD, RIE, ROR, RSRE, RXEN, Reg, SCR_MASK, SCR_SHIFT, SOURCE_HZ,
    SSE, TIE, TSRE, TUR, TXEN, slot_bits, slots,
};
use acelab_abi::trace::{Direction, PortFault};

use super::frame_clock::FrameClock;
use super::port::{Port, Shape, Xruns};
use crate::access::{Fault, Origin};
use crate::effect::Effects;

/// Bits of SSC0 that say how a frame looks and how fast they come.
const SHAPE: u32 = DSS | EDSS | FRDC_MASK | MOD | SCR_MASK;

/// A serial port: its registers, and what they drive.
#[derive(Debug)]
pub(super) struct Ssp {
    pub(super) port: Port,
    control: [u32; 2],
    receive: u32,
    receive_slots: u32,
    transmit: u32,
    transmit_slots: u32,
    m: u32,
    n: u32,
    /// Registers without effect.
    kept: [u32; KEPT.len()],
}

/// Registers without effect, in the order of [`Ssp::kept`].
const KEPT: [Reg; 6] = [
    Reg::Timeout,
    Reg::ProgrammableProtocol,
    Reg::Control2,
    Reg::ProgrammableProtocol2,
    Reg::Control3,
    Reg::InputOutput,
];

impl Ssp {
    pub(super) fn new(id: PortId) -> Self {
        Self {
            port: Port::new(id),
            control: [0; 2],
            receive: 0,
            receive_slots: 0,
            transmit: 0,
            transmit_slots: 0,
            m: 0,
            n: 0,
            kept: [0; KEPT.len()],
        }
    }

    /// Power is gone: the registers forget, what is outside stays.
    pub(super) fn reset(&mut self, origin: &Origin, fx: &mut Effects) {
        self.port.stop(origin, fx);
        self.port.set_loopback(false);
        *self = Self {
            port: std::mem::replace(&mut self.port, Port::new(PortId::DMIC)),
            ..Self::new(PortId::DMIC)
        };
    }

    pub(super) const fn interrupt(&self) -> bool {
        self.receive & ROR != 0 && self.control[1] & RIE != 0
            || self.transmit & TUR != 0 && self.control[1] & TIE != 0
    }

    pub(super) const fn note(&mut self, xruns: Xruns) {
        if xruns.output {
            self.transmit |= TUR;
        }
        if xruns.input {
            self.receive |= ROR;
        }
    }

    /// Whether a direction's gateway is asked to move data.
    pub(super) const fn requests(&self, direction: Direction) -> bool {
        match direction {
            Direction::Out => self.transmit & TSRE != 0,
            Direction::In => self.receive & RSRE != 0,
        }
    }

    pub(super) fn read(&self, offset: u32) -> Result<u32, Fault> {
        let reg = Reg::at(offset).ok_or(Fault::Reserved)?;
        Ok(match reg {
            Reg::Control0 => self.control[0],
            Reg::Control1 => self.control[1],
            Reg::Status if self.port.is_running() => BSY,
            Reg::Status => 0,
            Reg::ReceiveControl => self.receive,
            Reg::ReceiveSlots => self.receive_slots,
            Reg::TransmitControl => self.transmit,
            Reg::TransmitSlots => self.transmit_slots,
            Reg::DividerM => self.m,
            Reg::DividerN => self.n,
            _ => kept(reg).map_or(0, |index| self.kept[index]),
        })
    }

    pub(super) fn write(
        &mut self,
        offset: u32,
        value: u32,
        origin: &Origin,
        fx: &mut Effects,
    ) -> Result<(), Fault> {
        let reg = Reg::at(offset).ok_or(Fault::Reserved)?;
        let running = self.port.is_running();
        match reg {
            Reg::Status => return Err(Fault::ReadOnly),
            Reg::Control0 => self.write_control(value, origin, fx),
            Reg::Control1 => {
                self.control[1] = value;
                self.port.set_loopback(value & LBM != 0);
            }
            Reg::DividerM | Reg::DividerN if running => self.refuse(value, origin, fx),
            Reg::DividerM => self.m = value,
            Reg::DividerN => self.n = value,
            Reg::TransmitSlots if self.port.is_on(Direction::Out) => self.refuse(value, origin, fx),
            Reg::TransmitSlots => self.transmit_slots = value,
            Reg::ReceiveSlots if self.port.is_on(Direction::In) => self.refuse(value, origin, fx),
            Reg::ReceiveSlots => self.receive_slots = value,
            Reg::TransmitControl => {
                let xrun = self.transmit & TUR & !value;
                self.transmit = value & (TXEN | TSRE) | xrun;
                self.follow(Direction::Out, origin, fx);
            }
            Reg::ReceiveControl => {
                let xrun = self.receive & ROR & !value;
                self.receive = value & (RXEN | RSRE) | xrun;
                self.follow(Direction::In, origin, fx);
            }
            _ => {
                if let Some(index) = kept(reg) {
                    self.kept[index] = value;
                }
            }
        }
        Ok(())
    }

    /// Clock, frame and slots stay as they are while the port runs.
    fn refuse(&self, value: u32, origin: &Origin, fx: &mut Effects) {
        self.port.fault(PortFault::Running, value, origin, fx);
    }

    fn write_control(&mut self, value: u32, origin: &Origin, fx: &mut Effects) {
        let before = std::mem::replace(&mut self.control[0], value);
        match (before & SSE != 0, value & SSE != 0) {
            (true, true) if (before ^ value) & SHAPE != 0 => {
                self.control[0] = before;
                self.refuse(value, origin, fx);
            }
            (false, true) => self.start(origin, fx),
            (true, false) => self.port.stop(origin, fx),
            _ => {}
        }
    }

    fn start(&mut self, origin: &Origin, fx: &mut Effects) {
        let Some(clock) = self.clock(origin.now) else {
            self.control[0] &= !SSE;
            let (reason, value) = if self.m == 0 || self.n == 0 {
                (PortFault::NoClock, self.m | self.n)
            } else {
                (PortFault::BadRate, self.control[0])
            };
            self.port.fault(reason, value, origin, fx);
            return;
        };
        let shape = Shape {
            slots: slots(self.control[0]),
            bits: slot_bits(self.control[0]),
        };
        self.port.start(clock, shape);
        self.follow(Direction::Out, origin, fx);
        self.follow(Direction::In, origin, fx);
    }

    fn clock(&self, now: Nanos) -> Option<FrameClock> {
        let control = self.control[0];
        let divider = u64::from((control & SCR_MASK) >> SCR_SHIFT) + 1;
        let frame = u64::from(slots(control) * slot_bits(control));
        let rate = u64::from(SOURCE_HZ) * u64::from(self.m);
        FrameClock::new(now, rate, u64::from(self.n) * divider * frame)
    }

    /// Lets a direction run as its enable says; one that cannot has its enable
    /// cleared.
    fn follow(&mut self, direction: Direction, origin: &Origin, fx: &mut Effects) {
        let (control, enable, slots) = match direction {
            Direction::Out => (&mut self.transmit, TXEN, self.transmit_slots),
            Direction::In => (&mut self.receive, RXEN, self.receive_slots),
        };
        let (wanted, on) = (*control & enable != 0, self.port.is_on(direction));
        if !wanted && on {
            self.port.disable(direction, origin, fx);
        } else if wanted
            && !on
            && self.port.is_running()
            && !self.port.enable(direction, slots, origin, fx)
        {
            *control &= !enable;
        }
    }
}

fn kept(reg: Reg) -> Option<usize> {
    KEPT.iter().position(|kept| *kept == reg)
}
