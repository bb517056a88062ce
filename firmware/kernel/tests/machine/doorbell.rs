//! Messages from any core to any other.

use acelab_abi::core_id::CoreId;
use acelab_abi::interrupt::Source;
use acelab_abi::regs::dint;
use acelab_abi::trace::EventKind;
use acelab_kernel::idc::{Doorbell, Inbox, Message, send};
use acelab_kernel::intc::InterruptController;
use proptest::prelude::*;

use crate::bench::Bench;

proptest! {
    #[test]
    fn no_message_is_lost_and_no_doorbell_rings_while_busy(
        steps in prop::collection::vec((0usize..5, 0usize..5, any::<bool>(), any::<bool>()), 0..80)
    ) {
        let bench = Bench::booted(5);
        let inboxes: [Inbox; 5] = std::array::from_fn(|_| Inbox::new());
        for core in CoreId::ALL {
            let controller = InterruptController::new(bench.bus(core), core);
            controller.reset();
            controller.enable(Source::IdcA, dint::idc(core));
            Doorbell::new(bench.bus(core), core).open();
        }
        let mut sent = [[false; 2]; 5];
        let messages = [Message::Notify, Message::PowerDown];
        for (from, to, second, serve) in steps {
            let (sender, target) = (CoreId::ALL[from], CoreId::ALL[to]);
            send(bench.bus(sender), target, &inboxes[to], messages[usize::from(second)]);
            sent[to][usize::from(second)] = true;
            prop_assert!(bench.line(target));
            if serve {
                let controller = InterruptController::new(bench.bus(target), target);
                let mut got = [false; 2];
                let stuck = controller.dispatch(|source| {
                    assert_eq!(source, Source::IdcA);
                    Doorbell::new(bench.bus(target), target).answer();
                    let taken = inboxes[to].take();
                    got = messages.map(|message| taken.contains(message));
                    true
                });
                prop_assert_eq!(stuck, None);
                prop_assert_eq!(got, sent[to]);
                sent[to] = [false; 2];
                prop_assert!(!bench.line(target));
            }
        }
        let ignored = |event: &EventKind| matches!(event, EventKind::IdcRingIgnored { .. });
        prop_assert!(!bench.events().iter().any(ignored));
    }
}
