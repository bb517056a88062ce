//! Wall clock and its two comparators.
//!
//! Source: `set_compare`, `compare_isr` and `irq_init` in Zephyr's
//! `intel_adsp_timer.c`. Unverified: firing clears TA; a compare value in the
//! past fires at once; a new value takes effect while armed.

use acelab_abi::clock::{Nanos, WallTicks};
use acelab_abi::interrupt::Source;
use acelab_abi::regs::dint;
use acelab_abi::regs::tts::{Comparator, Reg};
use acelab_abi::trace::EventKind;

use crate::access::{Fault, Origin};
use crate::dint::Inputs;
use crate::effect::Effects;

#[derive(Clone, Copy, Debug, Default)]
struct Compare {
    value: WallTicks,
    armed: bool,
    triggered: bool,
    interrupt_enable: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Tts {
    comparators: [Compare; 2],
}

impl Tts {
    const fn of(&self, comparator: Comparator) -> &Compare {
        &self.comparators[comparator as usize]
    }

    const fn of_mut(&mut self, comparator: Comparator) -> &mut Compare {
        &mut self.comparators[comparator as usize]
    }

    pub(crate) fn read(&self, offset: u32, now: Nanos) -> Result<u32, Fault> {
        let value = |comparator| self.of(comparator).value;
        Ok(match Reg::at(offset).ok_or(Fault::Reserved)? {
            Reg::WallLow => WallTicks::at(now).low(),
            Reg::WallHigh => WallTicks::at(now).high(),
            Reg::Control => self.control(),
            Reg::Compare0Low => value(Comparator::C0).low(),
            Reg::Compare0High => value(Comparator::C0).high(),
            Reg::Compare1Low => value(Comparator::C1).low(),
            Reg::Compare1High => value(Comparator::C1).high(),
        })
    }

    fn control(&self) -> u32 {
        Comparator::ALL.into_iter().fold(0, |control, comparator| {
            let compare = self.of(comparator);
            control
                | if compare.armed { comparator.arm() } else { 0 }
                | if compare.triggered {
                    comparator.triggered()
                } else {
                    0
                }
                | if compare.interrupt_enable {
                    comparator.interrupt_enable()
                } else {
                    0
                }
        })
    }

    pub(crate) fn write(
        &mut self,
        offset: u32,
        value: u32,
        origin: &Origin,
        fx: &mut Effects,
    ) -> Result<(), Fault> {
        match Reg::at(offset).ok_or(Fault::Reserved)? {
            Reg::WallLow | Reg::WallHigh => return Err(Fault::ReadOnly),
            Reg::Control => {
                for comparator in Comparator::ALL {
                    self.write_control(comparator, value, origin, fx);
                }
            }
            Reg::Compare0Low => self.of_mut(Comparator::C0).set_low(value),
            Reg::Compare0High => self.of_mut(Comparator::C0).set_high(value),
            Reg::Compare1Low => self.of_mut(Comparator::C1).set_low(value),
            Reg::Compare1High => self.of_mut(Comparator::C1).set_high(value),
        }
        self.fire_due(origin, fx);
        Ok(())
    }

    fn write_control(
        &mut self,
        comparator: Comparator,
        control: u32,
        origin: &Origin,
        fx: &mut Effects,
    ) {
        let compare = self.of_mut(comparator);
        if control & comparator.triggered() != 0 {
            compare.triggered = false;
        }
        compare.interrupt_enable = control & comparator.interrupt_enable() != 0;
        let armed = control & comparator.arm() != 0;
        if armed == compare.armed {
            return;
        }
        compare.armed = armed;
        let ticks = compare.value.0;
        let comparator = comparator as u8;
        fx.event(
            origin,
            if armed {
                EventKind::TimerArm { comparator, ticks }
            } else {
                EventKind::TimerDisarm { comparator }
            },
        );
    }

    /// When the next armed comparator fires.
    pub(crate) fn next_deadline(&self) -> Option<Nanos> {
        let armed = self.comparators.iter().filter(|compare| compare.armed);
        armed.filter_map(|compare| compare.value.reached_at()).min()
    }

    /// Fires the armed comparators that the wall clock has reached.
    pub(crate) fn fire_due(&mut self, origin: &Origin, fx: &mut Effects) {
        for comparator in Comparator::ALL {
            let compare = self.of_mut(comparator);
            if compare.armed && WallTicks::at(origin.now) >= compare.value {
                compare.armed = false;
                compare.triggered = true;
                let ticks = compare.value.0;
                fx.event(
                    origin,
                    EventKind::TimerFire {
                        comparator: comparator as u8,
                        ticks,
                    },
                );
            }
        }
    }

    /// Comparator *c* is sub-source *c* + 1 of TTS.
    pub(crate) fn drive(&self, inputs: &mut Inputs) {
        for comparator in Comparator::ALL {
            let compare = self.of(comparator);
            let level = compare.triggered && compare.interrupt_enable;
            inputs.set(Source::Tts, dint::tts(comparator), level);
        }
    }
}

impl Compare {
    fn set_low(&mut self, low: u32) {
        self.value = WallTicks(self.value.0 & !0xFFFF_FFFF | u64::from(low));
    }

    fn set_high(&mut self, high: u32) {
        self.value = WallTicks(u64::from(high) << 32 | self.value.0 & 0xFFFF_FFFF);
    }
}
