//! Registers of the microphones.

use acelab_abi::port::PortId;
use acelab_abi::regs::dmic::{MAX_CHANNELS, MAX_RATE, ROR, RUNNING, Reg, SIP, TIE};
use acelab_abi::trace::{Direction, PortFault};

use super::frame_clock::FrameClock;
use super::port::{Port, Shape, Xruns};
use crate::access::{Fault, Origin};
use crate::effect::Effects;

/// Bits of a microphone's sample.
const SAMPLE_BITS: u32 = 32;

/// The microphones: their registers, and what they drive.
#[derive(Debug)]
pub(super) struct Dmic {
    pub(super) port: Port,
    control: u32,
    overrun: bool,
    rate: u32,
    channels: u32,
}

impl Dmic {
    pub(super) fn new() -> Self {
        Self {
            port: Port::new(PortId::DMIC),
            control: 0,
            overrun: false,
            rate: 0,
            channels: 0,
        }
    }

    /// Power is gone: the registers forget, what is outside stays.
    pub(super) fn reset(&mut self, origin: &Origin, fx: &mut Effects) {
        self.port.stop(origin, fx);
        *self = Self {
            port: std::mem::replace(&mut self.port, Port::new(PortId::DMIC)),
            ..Self::new()
        };
    }

    pub(super) const fn interrupt(&self) -> bool {
        self.overrun && self.control & TIE != 0
    }

    pub(super) const fn note(&mut self, xruns: Xruns) {
        self.overrun |= xruns.input;
    }

    pub(super) fn read(&self, offset: u32) -> Result<u32, Fault> {
        Ok(match Reg::at(offset).ok_or(Fault::Reserved)? {
            Reg::Control => self.control,
            Reg::Status => {
                let running = if self.port.is_running() { RUNNING } else { 0 };
                running | if self.overrun { ROR } else { 0 }
            }
            Reg::Rate => self.rate,
            Reg::Channels => self.channels,
        })
    }

    pub(super) fn write(
        &mut self,
        offset: u32,
        value: u32,
        origin: &Origin,
        fx: &mut Effects,
    ) -> Result<(), Fault> {
        match Reg::at(offset).ok_or(Fault::Reserved)? {
            Reg::Control => {
                let before = std::mem::replace(&mut self.control, value);
                match (before & SIP != 0, value & SIP != 0) {
                    (false, true) => self.start(origin, fx),
                    (true, false) => self.port.stop(origin, fx),
                    _ => {}
                }
            }
            Reg::Status => self.overrun &= value & ROR == 0,
            Reg::Rate | Reg::Channels if self.port.is_running() => {
                self.port.fault(PortFault::Running, value, origin, fx);
            }
            Reg::Rate => self.rate = value,
            Reg::Channels => self.channels = value,
        }
        Ok(())
    }

    fn start(&mut self, origin: &Origin, fx: &mut Effects) {
        let refusal = match (self.rate, self.channels) {
            (0, _) => Some((PortFault::NoClock, 0)),
            (rate, _) if rate > MAX_RATE => Some((PortFault::BadRate, rate)),
            (_, channels) if channels == 0 || channels > MAX_CHANNELS => {
                Some((PortFault::BadSlots, channels))
            }
            _ => None,
        };
        if let Some((reason, value)) = refusal {
            self.control &= !SIP;
            self.port.fault(reason, value, origin, fx);
            return;
        }
        let Some(clock) = FrameClock::new(origin.now, self.rate.into(), 1) else {
            return;
        };
        let shape = Shape {
            slots: self.channels,
            bits: SAMPLE_BITS,
        };
        self.port.start(clock, shape);
        let slots = (1 << self.channels) - 1;
        self.port.enable(Direction::In, slots, origin, fx);
    }
}
