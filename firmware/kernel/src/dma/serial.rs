//! The serial ports (SSP).

use acelab_abi::regs::ssp::{
    self, LBM, MAX_SLOTS, ROR, RSRE, RXEN, Reg, SCR_SHIFT, SOURCE_HZ, SSE, TSRE, TUR, TXEN,
    frame_shape,
};
use acelab_abi::syscall::PortParams;

use super::port::Direction;
use crate::bus::Bus;

/// Most that the bit clock is divided by behind M/N.
const MAX_SCR: u64 = 1 << 12;

/// Parameters that a port can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    slots: u32,
    slot_bits: u32,
    m: u32,
    n: u32,
    /// SCR: what divides the bit clock, less 1.
    divider: u32,
    loopback: bool,
}

impl Frame {
    /// Judges parameters: every number in its range, and the clocks in the
    /// relation that they claim.
    #[must_use]
    pub fn new(params: &PortParams) -> Option<Self> {
        let PortParams {
            rate,
            slots,
            slot_bits,
            m,
            n,
            loopback,
            ..
        } = *params;
        let divider_fits = |word| (1..=PortParams::MAX_DIVIDER).contains(&word);
        let in_range = PortParams::RATES.contains(&rate)
            && (1..=MAX_SLOTS).contains(&slots)
            && matches!(slot_bits, 16 | 32)
            && divider_fits(m)
            && divider_fits(n)
            && loopback <= 1;
        if !in_range {
            return None;
        }
        let source = u64::from(SOURCE_HZ) * u64::from(m);
        let clock = u64::from(rate * slots * slot_bits) * u64::from(n);
        let divider = source / clock;
        if !source.is_multiple_of(clock) || divider > MAX_SCR {
            return None;
        }
        Some(Self {
            slots,
            slot_bits,
            m,
            n,
            divider: divider as u32 - 1,
            loopback: loopback == 1,
        })
    }
}

/// One port.
#[derive(Clone, Copy, Debug)]
pub struct SerialPort<B> {
    bus: B,
    number: u8,
}

impl<B: Bus> SerialPort<B> {
    /// Port `number`, below [`ssp::PORTS`].
    pub const fn new(bus: B, number: u8) -> Self {
        Self { bus, number }
    }

    const fn address(self, reg: Reg) -> u32 {
        ssp::address(self.number, reg)
    }

    fn write(self, reg: Reg, value: u32) {
        self.bus.write32(self.address(reg), value);
    }

    /// Programs what both directions share, while neither runs.
    pub fn set_frame(self, frame: &Frame) {
        let shape = frame_shape(frame.slots, frame.slot_bits);
        self.write(Reg::Control0, shape | frame.divider << SCR_SHIFT);
        self.write(Reg::Control1, if frame.loopback { LBM } else { 0 });
        self.write(Reg::DividerM, frame.m);
        self.write(Reg::DividerN, frame.n);
    }

    /// Chooses the slots of a direction that does not run.
    pub fn set_slots(self, direction: Direction, active: u32) {
        let reg = match direction {
            Direction::Out => Reg::TransmitSlots,
            Direction::In => Reg::ReceiveSlots,
        };
        self.write(reg, active);
    }

    /// Lets a direction run; the frames begin with the `first` of the two.
    pub fn start(self, direction: Direction, first: bool) {
        // What went wrong before is cleared by writing 1.
        match direction {
            Direction::Out => self.write(Reg::TransmitControl, TXEN | TSRE | TUR),
            Direction::In => self.write(Reg::ReceiveControl, RXEN | RSRE | ROR),
        }
        if first {
            self.bus.modify32(self.address(Reg::Control0), 0, SSE);
        }
    }

    /// Stops a direction; the frames end with the `last` of the two.
    pub fn stop(self, direction: Direction, last: bool) {
        match direction {
            Direction::Out => self.write(Reg::TransmitControl, 0),
            Direction::In => self.write(Reg::ReceiveControl, 0),
        }
        if last {
            self.bus.modify32(self.address(Reg::Control0), SSE, 0);
        }
    }
}
