//! The wall clock (TTS) and its comparator.

use acelab_abi::regs::tts::{self, Comparator, Reg};

use crate::bus::Bus;

/// The wall clock with one of its comparators.
#[derive(Clone, Copy)]
pub struct WallClock<B> {
    bus: B,
    comparator: Comparator,
}

impl<B: Bus> WallClock<B> {
    /// The clock; timers use `comparator`.
    pub const fn new(bus: B, comparator: Comparator) -> Self {
        Self { bus, comparator }
    }

    /// Ticks of 38.4 MHz since the machine started.
    pub fn now(self) -> u64 {
        loop {
            let high = self.bus.read32(tts::address(Reg::WallHigh));
            let low = self.bus.read32(tts::address(Reg::WallLow));
            // The low word may have wrapped between the two reads.
            if self.bus.read32(tts::address(Reg::WallHigh)) == high {
                return u64::from(high) << 32 | u64::from(low);
            }
        }
    }

    /// Raises the comparator's interrupt at `deadline`, at once if that is
    /// past.
    pub fn arm(self, deadline: u64) {
        self.set_control(0);
        self.bus
            .write32(tts::address(self.comparator.low()), deadline as u32);
        self.bus.write32(
            tts::address(self.comparator.high()),
            (deadline >> 32) as u32,
        );
        self.set_control(self.comparator.arm() | self.comparator.interrupt_enable());
    }

    /// Stops the comparator.
    pub fn disarm(self) {
        self.set_control(0);
    }

    /// Clears the comparator's interrupt; true when it was pending.
    pub fn acknowledge(self) -> bool {
        let control = self.bus.read32(tts::address(Reg::Control));
        let pending = control & self.comparator.triggered() != 0;
        if pending {
            let others = control
                & !Comparator::ALL
                    .into_iter()
                    .fold(0, |all, c| all | c.triggered());
            self.bus.write32(
                tts::address(Reg::Control),
                others | self.comparator.triggered(),
            );
        }
        pending
    }

    /// Replaces the comparator's own control bits, leaves the other's alone
    /// and acknowledges nothing.
    fn set_control(self, bits: u32) {
        let triggered = Comparator::ALL
            .into_iter()
            .fold(0, |all, c| all | c.triggered());
        let own = self.comparator.arm() | self.comparator.interrupt_enable();
        let control = self.bus.read32(tts::address(Reg::Control)) & !triggered & !own;
        self.bus.write32(tts::address(Reg::Control), control | bits);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake_bus::FakeBus;

    #[test]
    fn arming_disarms_first_and_keeps_the_other_comparator() {
        let bus = FakeBus::default();
        let other = Comparator::C1.arm() | Comparator::C1.interrupt_enable();
        bus.set(
            tts::address(Reg::Control),
            other | Comparator::C1.triggered(),
        );
        WallClock::new(&bus, Comparator::C0).arm(0x1_2345_6789);
        let own = Comparator::C0.arm() | Comparator::C0.interrupt_enable();
        assert_eq!(
            bus.writes(),
            [
                (tts::address(Reg::Control), other),
                (tts::address(Reg::Compare0Low), 0x2345_6789),
                (tts::address(Reg::Compare0High), 1),
                (tts::address(Reg::Control), other | own),
            ]
        );
    }

    #[test]
    fn only_the_own_interrupt_is_acknowledged() {
        let bus = FakeBus::default();
        let clock = WallClock::new(&bus, Comparator::C0);
        assert!(!clock.acknowledge());
        let control =
            Comparator::C0.triggered() | Comparator::C1.triggered() | Comparator::C1.arm();
        bus.set(tts::address(Reg::Control), control);
        assert!(clock.acknowledge());
        let written = Comparator::C0.triggered() | Comparator::C1.arm();
        assert_eq!(bus.writes(), [(tts::address(Reg::Control), written)]);
    }
}
