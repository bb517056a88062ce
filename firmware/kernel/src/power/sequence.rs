//! The register sequences that give a secondary core its power and take it.

use acelab_abi::core_id::CoreId;
use acelab_abi::regs::dspcs::{self, BootReg, CPA, SLAVE_CORE, SPA};
use acelab_abi::regs::pmc;

use crate::bus::Bus;

/// Waits while hardware works.
pub trait Wait {
    /// Waits until `done` or until the time one power step may take is over;
    /// whether it is done.
    fn wait(&mut self, done: impl FnMut() -> bool) -> bool;
}

/// The hardware did not reach the state in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepError {
    /// The power domain did not report power.
    Gate,
    /// The core's CPA bit did not follow SPA.
    Core,
}

/// Power control of one secondary core.
#[derive(Clone, Copy)]
pub struct Sequencer<B> {
    bus: B,
    core: CoreId,
}

impl<B: Bus> Sequencer<B> {
    /// Power control of `core`.
    pub const fn new(bus: B, core: CoreId) -> Self {
        Self { bus, core }
    }

    /// Powers the core up; the ROM then starts it at the address in its jump
    /// word, which the caller has written.
    pub fn up(self, wait: &mut impl Wait) -> Result<(), StepError> {
        let gate = pmc::address(pmc::Reg::CoreControl);
        self.bus.modify16(gate, 0, self.gate_bit());
        if !wait.wait(|| self.has_power()) {
            return Err(StepError::Gate);
        }
        let attributes = dspcs::boot(self.core, BootReg::Attributes);
        self.bus.modify32(attributes, 0, SLAVE_CORE);
        // A core that was on before must be seen off first, or SPA has no edge.
        self.set_active(false, wait)?;
        self.set_active(true, wait)
    }

    /// Takes the power of a core that waits in WAITI. The request for its
    /// domain's power goes even if the core does not follow.
    pub fn down(self, wait: &mut impl Wait) -> Result<(), StepError> {
        let stopped = self.set_active(false, wait);
        self.bus
            .modify16(pmc::address(pmc::Reg::CoreControl), self.gate_bit(), 0);
        // Whether and when a core that is off loses its domain's power is up to
        // the hardware; a core that is switched on again should not meet it
        // half way.
        let _ = wait.wait(|| !self.has_power());
        stopped
    }

    /// Keeps the core's power while it waits for an interrupt.
    pub fn hold_power_while_waiting(self) {
        let control = dspcs::boot(self.core, BootReg::Control);
        self.bus.modify32(
            control,
            0,
            dspcs::WAIT_NO_CLOCK_GATING | dspcs::WAIT_NO_POWER_GATING,
        );
    }

    fn set_active(self, active: bool, wait: &mut impl Wait) -> Result<(), StepError> {
        let control = dspcs::control(self.core);
        let (clear, set) = if active { (0, SPA) } else { (SPA, 0) };
        self.bus.modify32(control, clear, set);
        let reached = || (self.bus.read32(control) & CPA != 0) == active;
        if wait.wait(reached) {
            Ok(())
        } else {
            Err(StepError::Core)
        }
    }

    fn has_power(self) -> bool {
        self.bus.read16(pmc::address(pmc::Reg::CoreStatus)) & self.gate_bit() != 0
    }

    fn gate_bit(self) -> u16 {
        1 << self.core.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake_bus::FakeBus;
    use std::vec::Vec;

    const CORE: CoreId = CoreId::ALL[2];

    struct Polls(u32);

    impl Wait for Polls {
        fn wait(&mut self, mut done: impl FnMut() -> bool) -> bool {
            (0..self.0).any(|_| done())
        }
    }

    /// Hardware that follows at once: CPA after SPA, status after control.
    fn obedient() -> FakeBus<'static> {
        FakeBus::with_hook(|registers, address, value| {
            let value = if address == dspcs::control(CORE) {
                if value & SPA != 0 {
                    value | CPA
                } else {
                    value & !CPA
                }
            } else {
                value
            };
            registers.insert(address, value);
            if address == pmc::address(pmc::Reg::CoreControl) {
                registers.insert(pmc::address(pmc::Reg::CoreStatus), value);
            }
        })
    }

    #[test]
    fn up_sees_the_core_off_before_it_switches_it_on() {
        let bus = obedient();
        bus.set(dspcs::control(CORE), SPA | CPA);
        Sequencer::new(&bus, CORE).up(&mut Polls(3)).unwrap();
        let spa: Vec<u32> = bus
            .writes()
            .into_iter()
            .filter(|(address, _)| *address == dspcs::control(CORE))
            .map(|(_, value)| value & SPA)
            .collect();
        assert_eq!(spa, [0, SPA]);
        assert_eq!(bus.get(dspcs::boot(CORE, BootReg::Attributes)), SLAVE_CORE);
        assert_eq!(bus.get(pmc::address(pmc::Reg::CoreControl)), 1 << 2);
    }

    #[test]
    fn down_takes_the_gate_after_the_core() {
        let bus = obedient();
        let sequencer = Sequencer::new(&bus, CORE);
        sequencer.up(&mut Polls(3)).unwrap();
        let before = bus.writes().len();
        sequencer.down(&mut Polls(3)).unwrap();
        let order: Vec<u32> = bus.writes()[before..]
            .iter()
            .map(|(address, _)| *address)
            .collect();
        assert_eq!(
            order,
            [dspcs::control(CORE), pmc::address(pmc::Reg::CoreControl)]
        );
        assert_eq!(bus.get(pmc::address(pmc::Reg::CoreControl)), 0);
    }

    #[test]
    fn down_takes_back_every_request_of_an_up_that_failed() {
        for cpa in [0, CPA] {
            let stuck = FakeBus::default();
            stuck.set(pmc::address(pmc::Reg::CoreControl), 1 << 4);
            stuck.set(pmc::address(pmc::Reg::CoreStatus), 1 << 2);
            stuck.set(dspcs::control(CORE), cpa);
            let sequencer = Sequencer::new(&stuck, CORE);
            assert_eq!(sequencer.up(&mut Polls(3)), Err(StepError::Core));
            let stopped = sequencer.down(&mut Polls(3));
            assert_eq!(stopped.is_err(), cpa != 0);
            assert_eq!(stuck.get(dspcs::control(CORE)) & SPA, 0);
            // Another core's request stays.
            assert_eq!(stuck.get(pmc::address(pmc::Reg::CoreControl)), 1 << 4);
        }
    }

    #[test]
    fn hardware_that_does_not_follow_is_an_error() {
        let dead = FakeBus::default();
        let sequencer = Sequencer::new(&dead, CORE);
        assert_eq!(sequencer.up(&mut Polls(3)), Err(StepError::Gate));
        dead.set(pmc::address(pmc::Reg::CoreStatus), 1 << 2);
        assert_eq!(sequencer.up(&mut Polls(3)), Err(StepError::Core));
        dead.set(dspcs::control(CORE), SPA | CPA);
        assert_eq!(sequencer.down(&mut Polls(3)), Err(StepError::Core));
    }
}
