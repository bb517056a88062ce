//! Wall clock and comparators.

use acelab_abi::clock::{Nanos, WallTicks};
use acelab_abi::interrupt::Source;
use acelab_abi::regs::dint::{self, Array};
use acelab_abi::regs::dw_ictl;
use acelab_abi::regs::tts::{self, Comparator, Reg};
use acelab_abi::trace::EventKind;
use proptest::prelude::*;

use super::{Bench, core};
use crate::Effect;

const CONTROL: u32 = tts::address(Reg::Control);

impl Bench {
    fn arm(&mut self, comparator: Comparator, ticks: u64) {
        let control = self.get(CONTROL) & !comparator.triggered();
        self.set(CONTROL, control & !comparator.arm());
        self.set(tts::address(comparator.low()), ticks as u32);
        self.set(tts::address(comparator.high()), (ticks >> 32) as u32);
        self.set(
            CONTROL,
            control | comparator.arm() | comparator.interrupt_enable(),
        );
    }

    fn fired(&mut self) -> Vec<(Nanos, u8)> {
        let fired = self.take().into_iter().filter_map(|effect| match effect {
            Effect::Event(event) => match event.kind {
                EventKind::TimerFire { comparator, .. } => Some((event.time, comparator)),
                _ => None,
            },
            _ => None,
        });
        fired.collect()
    }
}

#[test]
fn the_wall_clock_follows_virtual_time() {
    let mut bench = Bench::new(1);
    bench.run(Nanos(120_000_000_000));
    let ticks = WallTicks::at(bench.now);
    assert_eq!(ticks, WallTicks(4_608_000_000));
    assert_eq!(bench.get(tts::address(Reg::WallLow)), ticks.low());
    assert_eq!(bench.get(tts::address(Reg::WallHigh)), 1);
}

#[test]
fn a_comparator_fires_at_its_moment_and_interrupts_whoever_listens() {
    let mut bench = Bench::new(2);
    let enable = dint::address(core(1), Array::Enable, Source::Tts);
    bench.set_half(enable, dint::tts(Comparator::C0));
    bench.set(
        dw_ictl::address(core(1), dw_ictl::Reg::InterruptEnable),
        Source::Tts.bit(),
    );
    bench.arm(Comparator::C0, 38_400);
    assert_eq!(bench.soc.next_deadline(), Some(Nanos::from_millis(1)));
    bench.run(Nanos(999_999));
    assert_eq!(bench.fired(), []);
    bench.run(Nanos(10));
    let effects = bench.log.clone();
    assert_eq!(
        bench.fired(),
        [(Nanos::from_millis(1), 0)],
        "at its own time, however late"
    );
    let irqs = effects.iter().filter_map(|effect| match effect {
        Effect::Irq { core, level, .. } => Some((core.get(), *level)),
        _ => None,
    });
    assert_eq!(irqs.collect::<Vec<_>>(), [(1, true)]);
    assert_eq!(
        bench.get(CONTROL),
        Comparator::C0.triggered() | Comparator::C0.interrupt_enable(),
        "firing disarms"
    );
    bench.set(
        CONTROL,
        Comparator::C0.triggered() | Comparator::C0.interrupt_enable(),
    );
    assert!(
        bench
            .take()
            .iter()
            .any(|effect| matches!(effect, Effect::Irq { level: false, .. }))
    );
}

#[test]
fn a_core_that_polls_sees_the_trigger_without_help() {
    let mut bench = Bench::new(1);
    bench.arm(Comparator::C1, 1);
    bench.now = Nanos(27);
    assert_ne!(bench.get(CONTROL) & Comparator::C1.triggered(), 0);
}

#[test]
fn a_value_in_the_past_fires_at_once() {
    let mut bench = Bench::new(1);
    bench.run(Nanos::from_millis(5));
    bench.arm(Comparator::C1, 3);
    assert_eq!(bench.fired(), [(Nanos::from_millis(5), 1)]);
    assert_eq!(bench.soc.next_deadline(), None);
}

#[test]
fn a_value_at_the_end_of_time_never_fires() {
    let mut bench = Bench::new(1);
    bench.arm(Comparator::C0, u64::MAX);
    assert_eq!(bench.soc.next_deadline(), None);
    bench.run(Nanos(u64::MAX));
    assert_eq!(bench.fired(), []);
}

#[test]
fn disarming_takes_the_deadline_back() {
    let mut bench = Bench::new(1);
    bench.arm(Comparator::C0, 1000);
    bench.set(CONTROL, 0);
    assert_eq!(bench.soc.next_deadline(), None);
    bench.run(Nanos::from_millis(1));
    assert_eq!(bench.fired(), []);
}

proptest! {
    #[test]
    fn each_arming_fires_exactly_once(
        arms in prop::collection::vec((0..2_usize, 0..10_000_u64, 0..500_u64), 1..20),
    ) {
        let mut bench = Bench::new(1);
        for (comparator, ahead, wait) in arms {
            let comparator = Comparator::ALL[comparator];
            // A pending arming of the other comparator would fire meanwhile.
            bench.set(CONTROL, 0);
            bench.take();
            let ticks = WallTicks::at(bench.now).0 + ahead;
            bench.arm(comparator, ticks);
            let due = WallTicks(ticks).reached_at().expect("near");
            let span = due.0.saturating_sub(bench.now.0);
            bench.run(Nanos(span + wait));
            let fired = bench.fired();
            prop_assert_eq!(fired.len(), 1);
            prop_assert_eq!(fired[0].1, comparator as u8);
            prop_assert!(fired[0].0 == due || ahead == 0);
            bench.run(Nanos::from_millis(10));
            prop_assert_eq!(bench.fired(), vec![]);
        }
    }
}
