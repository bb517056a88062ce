//! The two interrupt controllers of a core: DINT and its DW controller.

use acelab_abi::core_id::CoreId;
use acelab_abi::interrupt::Source;
use acelab_abi::regs::dint::{self, Array};
use acelab_abi::regs::dw_ictl::{self, Reg};

use crate::bus::Bus;
use crate::lowest_bit::lowest_bit;

/// Times one source is served in one dispatch before threads get a chance.
const MAX_ROUNDS: u8 = 64;

/// The controllers of one core.
#[derive(Clone, Copy)]
pub struct InterruptController<B> {
    bus: B,
    core: CoreId,
}

impl<B: Bus> InterruptController<B> {
    /// The controllers of `core`.
    pub const fn new(bus: B, core: CoreId) -> Self {
        Self { bus, core }
    }

    /// Disables every source in the DW controller and unmasks it: from here
    /// on the enables alone decide.
    pub fn reset(self) {
        self.bus
            .write32(dw_ictl::address(self.core, Reg::InterruptEnable), 0);
        self.bus.write32(dw_ictl::address(self.core, Reg::Force), 0);
        self.bus.write32(dw_ictl::address(self.core, Reg::Mask), 0);
        self.bus
            .write32(dw_ictl::address(self.core, Reg::PriorityLevel), 0);
    }

    /// Lets `source` through both layers; `sub_sources` are its DINT bits.
    pub fn enable(self, source: Source, sub_sources: u16) {
        self.bus.modify16(
            dint::address(self.core, Array::Enable, source),
            0,
            sub_sources,
        );
        let enables = dw_ictl::address(self.core, Reg::InterruptEnable);
        self.bus.modify32(enables, 0, source.bit());
    }

    /// Stops `source` in both layers.
    pub fn disable(self, source: Source) {
        let enables = dw_ictl::address(self.core, Reg::InterruptEnable);
        self.bus.modify32(enables, source.bit(), 0);
        self.bus
            .write16(dint::address(self.core, Array::Enable, source), 0);
    }

    /// Serves pending sources, lowest number first, until none is left.
    ///
    /// `serve` answers whether it knows the source; one that nobody knows is
    /// disabled and returned, because it would keep the core in here for ever.
    /// One that is pending again and again is left pending, so that it interrupts
    /// anew: what it stands for is needed, and must not be lost because somebody
    /// has found a way to raise it often.
    pub fn dispatch(self, mut serve: impl FnMut(Source) -> bool) -> Option<Source> {
        let mut last = None;
        let mut rounds = 0;
        while let Some(source) = self.pending() {
            rounds = if last == Some(source) { rounds + 1 } else { 1 };
            last = Some(source);
            if rounds > MAX_ROUNDS {
                return None;
            }
            if !serve(source) {
                self.disable(source);
                return Some(source);
            }
        }
        None
    }

    fn pending(self) -> Option<Source> {
        let status = self
            .bus
            .read32(dw_ictl::address(self.core, Reg::FinalStatus));
        if status == 0 {
            return None;
        }
        Source::from_number(lowest_bit(status) as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake_bus::FakeBus;
    use std::vec::Vec;

    const CORE: CoreId = CoreId::ALL[2];

    fn final_status() -> u32 {
        dw_ictl::address(CORE, Reg::FinalStatus)
    }

    #[test]
    fn a_source_is_enabled_in_both_layers() {
        let bus = FakeBus::default();
        let controller = InterruptController::new(&bus, CORE);
        controller.enable(Source::IdcA, dint::idc(CORE));
        controller.enable(Source::Tts, 2);
        assert_eq!(
            bus.get(dint::address(CORE, Array::Enable, Source::IdcA)),
            1 << 2
        );
        let enables = dw_ictl::address(CORE, Reg::InterruptEnable);
        assert_eq!(bus.get(enables), Source::IdcA.bit() | Source::Tts.bit());
        controller.disable(Source::IdcA);
        assert_eq!(bus.get(enables), Source::Tts.bit());
        assert_eq!(bus.get(dint::address(CORE, Array::Enable, Source::IdcA)), 0);
    }

    #[test]
    fn pending_sources_are_served_lowest_first_until_none_is_left() {
        let bus = FakeBus::default();
        bus.set(
            final_status(),
            Source::Tts.bit() | Source::HostIpc.bit() | Source::IdcA.bit(),
        );
        let mut served = Vec::new();
        let stuck = InterruptController::new(&bus, CORE).dispatch(|source| {
            served.push(source);
            bus.set(final_status(), bus.get(final_status()) & !source.bit());
            true
        });
        assert_eq!(stuck, None);
        assert_eq!(served, [Source::HostIpc, Source::IdcA, Source::Tts]);
    }

    /// A source that is pending while it is enabled, whoever serves it.
    fn always_pending<'a, 'b>(bus: &'a FakeBus<'b>) -> InterruptController<&'a FakeBus<'b>> {
        let controller = InterruptController::new(bus, CORE);
        controller.enable(Source::Watchdog, 1);
        controller
    }

    fn bus<'a>() -> FakeBus<'a> {
        let enables = dw_ictl::address(CORE, Reg::InterruptEnable);
        FakeBus::with_hook(move |registers, address, value| {
            registers.insert(address, value);
            if address == enables {
                registers.insert(final_status(), value);
            }
        })
    }

    #[test]
    fn a_source_that_nobody_serves_is_disabled() {
        let bus = bus();
        let controller = always_pending(&bus);
        assert_eq!(controller.dispatch(|_| false), Some(Source::Watchdog));
        assert_eq!(bus.get(final_status()), 0);
    }

    #[test]
    fn a_source_that_is_always_pending_lets_threads_run_and_stays_enabled() {
        let bus = bus();
        let controller = always_pending(&bus);
        let mut served = 0;
        let stuck = controller.dispatch(|_| {
            served += 1;
            true
        });
        assert_eq!((stuck, served), (None, 64));
        assert_eq!(bus.get(final_status()), Source::Watchdog.bit());
    }
}
