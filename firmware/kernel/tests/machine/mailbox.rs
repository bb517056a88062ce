//! The mailbox with a host that is patient, impatient, or slow.

use acelab_abi::core_id::CoreId;
use acelab_abi::interrupt::Source;
use acelab_abi::ipc4::notification::Notification;
use acelab_abi::ipc4::{Primary, Status};
use acelab_abi::regs::dint;
use acelab_abi::regs::hfipc::{self, BUSY, DONE, IDIE, Reg, TBIE};
use acelab_abi::trace::{EventKind, Peer};
use acelab_kernel::intc::InterruptController;
use acelab_kernel::mailbox::{HostMailbox, Outbox, Outgoing};
use proptest::prelude::*;

use crate::bench::{Bench, CoreBus};

const CORE: CoreId = CoreId::PRIMARY;

/// The host's side.
struct Host<'a> {
    bench: &'a Bench,
    accepted: u32,
    done: u32,
    replies: Vec<u32>,
    notifications: u32,
}

impl Host<'_> {
    fn write(&self, reg: Reg, value: u32) {
        self.bench.host_write(hfipc::host_address(reg), value);
    }

    /// Rings, whether the message before is done or not.
    fn ring(&mut self, extension: u32) {
        if self.bench.host_read(Reg::Idr) & BUSY == 0 {
            self.take_done();
            self.write(Reg::Idd, extension);
            self.accepted += 1;
        }
        self.write(Reg::Idr, 0x4700_0000 | BUSY);
    }

    fn take_done(&mut self) {
        if self.bench.host_read(Reg::Ida) & DONE != 0 {
            self.write(Reg::Ida, DONE);
            self.done += 1;
        }
    }

    fn take_message(&mut self) {
        let doorbell = self.bench.host_read(Reg::Tdr);
        if doorbell & BUSY == 0 {
            return;
        }
        if Primary::new(doorbell).is_reply() {
            self.replies.push(self.bench.host_read(Reg::Tdd));
        } else {
            self.notifications += 1;
        }
        self.write(Reg::Tdr, BUSY);
        self.write(Reg::Tda, 0);
    }
}

/// Nothing here has a payload.
struct NoPayloads;

impl Outbox for NoPayloads {
    fn put(&self, index: usize, word: u32) {
        unreachable!("word {index} of a payload: {word:#x}");
    }
}

fn interrupt(bench: &Bench, mailbox: &mut HostMailbox<CoreBus<'_>, NoPayloads>) {
    if bench.line(CORE) {
        let controller = InterruptController::new(bench.bus(CORE), CORE);
        let stuck = controller.dispatch(|source| {
            assert_eq!(source, Source::HostIpc);
            mailbox.interrupt();
            true
        });
        assert_eq!(stuck, None);
        assert!(!bench.line(CORE), "an interrupt that was served is gone");
    }
}

fn execute(mailbox: &mut HostMailbox<CoreBus<'_>, NoPayloads>) -> bool {
    let Some(command) = mailbox.take() else {
        return false;
    };
    mailbox.complete(Outgoing {
        primary: command.primary.reply(Status::Success),
        extension: command.extension,
    });
    true
}

fn open(bench: &Bench) -> HostMailbox<CoreBus<'_>, NoPayloads> {
    let controller = InterruptController::new(bench.bus(CORE), CORE);
    controller.reset();
    controller.enable(Source::HostIpc, dint::HOST_IPC);
    bench.host_write(hfipc::host_address(Reg::Ctl), TBIE | IDIE);
    let mut mailbox = HostMailbox::new(bench.bus(CORE), NoPayloads);
    mailbox.open();
    mailbox
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Ring,
    TakeDone,
    TakeMessage,
    Interrupt,
    Execute,
    Notify,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop::sample::select(vec![
        Step::Ring,
        Step::TakeDone,
        Step::TakeMessage,
        Step::Interrupt,
        Step::Execute,
        Step::Notify,
    ]);
    prop::collection::vec(step, 0..120)
}

proptest! {
    #[test]
    fn every_accepted_command_has_one_done_and_one_reply(steps in steps()) {
        let bench = Bench::booted(1);
        let mut mailbox = open(&bench);
        let mut host = Host { bench: &bench, accepted: 0, done: 0, replies: vec![], notifications: 0 };
        let mut executed = 0;
        let mut notified = 0;
        for step in steps {
            match step {
                Step::Ring => host.ring(host.accepted),
                Step::TakeDone => host.take_done(),
                Step::TakeMessage => host.take_message(),
                Step::Interrupt => interrupt(&bench, &mut mailbox),
                Step::Execute => executed += u32::from(execute(&mut mailbox)),
                Step::Notify if notified < 10 => {
                    mailbox.notify(Notification::log_buffer_status(CORE));
                    notified += 1;
                }
                Step::Notify => {}
            }
            prop_assert!(host.replies.len() as u32 <= executed);
            prop_assert!(host.done <= executed);
        }
        // The host takes what there is; everything comes to an end.
        for _ in 0..40 {
            interrupt(&bench, &mut mailbox);
            executed += u32::from(execute(&mut mailbox));
            host.take_message();
            host.take_done();
        }
        prop_assert!(mailbox.all_taken());
        prop_assert_eq!(executed, host.accepted);
        prop_assert_eq!(host.done, host.accepted);
        let expected: Vec<u32> = (0..host.accepted).collect();
        prop_assert_eq!(&host.replies, &expected);
        prop_assert_eq!(host.notifications, notified);
        let rang_while_busy = bench.events().iter().any(|event| {
            matches!(event, EventKind::IpcRingIgnored { from: Peer::Dsp, .. })
        });
        prop_assert!(!rang_while_busy);
    }
}
