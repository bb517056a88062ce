//! The wall clock and its comparator.

use acelab_abi::clock::Nanos;
use acelab_abi::core_id::CoreId;
use acelab_abi::interrupt::Source;
use acelab_abi::regs::dint;
use acelab_abi::regs::tts::Comparator;
use acelab_kernel::intc::InterruptController;
use acelab_kernel::time::{WallClock, ticks_from_micros, ticks_to_micros};
use proptest::prelude::*;

use crate::bench::Bench;

const CORE: CoreId = CoreId::PRIMARY;

proptest! {
    #[test]
    fn the_interrupt_comes_at_the_deadline_and_goes_when_acknowledged(
        deadlines in prop::collection::vec(1u64..5000, 1..20)
    ) {
        let bench = Bench::booted(1);
        let controller = InterruptController::new(bench.bus(CORE), CORE);
        controller.reset();
        controller.enable(Source::Tts, dint::tts(Comparator::C0));
        let clock = WallClock::new(bench.bus(CORE), Comparator::C0);
        for micros in deadlines {
            let start = clock.now();
            clock.arm(start + ticks_from_micros(micros));
            bench.pass(Nanos::from_micros(micros - 1));
            prop_assert!(!bench.line(CORE));
            bench.pass(Nanos::from_micros(2));
            prop_assert!(bench.line(CORE));
            prop_assert_eq!(controller.dispatch(|_| clock.acknowledge()), None);
            prop_assert!(!bench.line(CORE));
            let passed = ticks_to_micros(clock.now()) - ticks_to_micros(start);
            prop_assert!((micros..=micros + 2).contains(&passed));
        }
        clock.arm(clock.now() + 10);
        clock.disarm();
        bench.pass(Nanos::from_micros(100));
        prop_assert!(!bench.line(CORE));
    }
}
