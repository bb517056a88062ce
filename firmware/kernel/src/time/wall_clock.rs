//! The wall clock (TTS) and its comparator.

use acelab_abi::clock::WALL_HZ;
use acelab_abi::regs::tts::{self, Comparator, Reg};

use crate::bus::Bus;

/// 38.4 ticks per µs in lowest terms: 192 ticks are 5 µs.
const TICKS_PER: u64 = 192;
const MICROS_PER: u64 = 5;
const _: () = assert!(WALL_HZ as u64 * MICROS_PER == TICKS_PER * 1_000_000);

/// Wall clock ticks in whole microseconds, rounded down.
#[must_use]
pub const fn ticks_to_micros(ticks: u64) -> u64 {
    let whole = ticks / TICKS_PER;
    let rest = (ticks - whole * TICKS_PER) as u32;
    whole * MICROS_PER + (rest * MICROS_PER as u32 / TICKS_PER as u32) as u64
}

/// Microseconds in wall clock ticks, rounded up. Good for 3000 years.
#[must_use]
pub const fn ticks_from_micros(micros: u64) -> u64 {
    (micros * TICKS_PER).div_ceil(MICROS_PER)
}

/// Milliseconds in wall clock ticks.
#[must_use]
pub const fn ticks_from_millis(millis: u32) -> u64 {
    millis as u64 * (WALL_HZ as u64 / 1000)
}

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
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn micros_survive_the_way_to_ticks_and_back(micros in 0u64..1 << 40) {
            prop_assert_eq!(ticks_to_micros(ticks_from_micros(micros)), micros);
        }

        #[test]
        fn micros_are_rounded_down(ticks in 0u64..1 << 58) {
            let exact = u128::from(ticks) * 1_000_000 / u128::from(WALL_HZ);
            prop_assert_eq!(u128::from(ticks_to_micros(ticks)), exact);
        }
    }
}
