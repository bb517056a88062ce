//! The driver against a mailbox with a host behind it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::vec::Vec;

use super::*;
use crate::fake_bus::FakeBus;

fn at(reg: Reg) -> u32 {
    hfipc::address(reg)
}

/// The DSP side of the mailbox: W1C doorbells, read-only target data.
fn registers() -> FakeBus<'static> {
    FakeBus::with_hook(|registers: &mut BTreeMap<u32, u32>, address, value| {
        if address == at(Reg::Tdr) || address == at(Reg::Ida) {
            *registers.entry(address).or_default() &= !(value & BUSY);
        } else {
            if address == at(Reg::Idr) {
                let before = registers.get(&address).copied().unwrap_or(0);
                assert_eq!(before & BUSY, 0, "IDR written while BUSY");
                let done = registers.get(&at(Reg::Ida)).copied().unwrap_or(0);
                assert_eq!(done & DONE, 0, "sent with an acknowledge pending");
            }
            registers.insert(address, value);
        }
    })
}

/// An outbox: the words that were put into it in turn.
#[derive(Clone, Default)]
struct Page(Rc<RefCell<Vec<u32>>>);

impl Outbox for Page {
    fn put(&self, index: usize, word: u32) {
        let mut words = self.0.borrow_mut();
        assert_eq!(index, words.len(), "words are put in order");
        words.push(word);
    }
}

fn ring(bus: &FakeBus<'_>, primary: u32, extension: u32) {
    bus.set(at(Reg::Tdd), extension);
    bus.set(at(Reg::Tdr), primary | BUSY);
}

/// The host takes the DSP's message: BUSY falls, DONE rises.
fn host_takes(bus: &FakeBus<'_>) -> u32 {
    let message = bus.get(at(Reg::Idr));
    assert_ne!(message & BUSY, 0, "nothing was sent");
    bus.set(at(Reg::Idr), message & !BUSY);
    bus.set(at(Reg::Ida), DONE);
    message & !BUSY
}

fn listens(bus: &FakeBus<'_>) -> bool {
    bus.get(at(Reg::Ctl)) & TBIE != 0
}

fn reply_to(command: Command) -> Outgoing {
    let primary = command.primary.reply(acelab_abi::ipc4::Status::Success);
    Outgoing {
        primary,
        extension: command.extension,
    }
}

#[test]
fn a_command_is_acknowledged_at_once_and_completed_with_its_reply() {
    let bus = registers();
    let mut mailbox = HostMailbox::new(&bus, Page::default());
    mailbox.open();
    assert!(listens(&bus));
    ring(&bus, 0x4700_0000, 0x55);
    mailbox.interrupt();
    assert_eq!(bus.get(at(Reg::Tdr)) & BUSY, 0);
    assert!(!listens(&bus));
    assert!(
        !bus.writes()
            .iter()
            .any(|(address, _)| *address == at(Reg::Tda))
    );
    let command = mailbox.take().unwrap();
    assert_eq!(
        (command.primary.word(), command.extension),
        (0x4700_0000, 0x55)
    );
    assert_eq!(mailbox.take(), None);
    mailbox.complete(reply_to(command));
    assert_eq!(
        bus.writes()
            .iter()
            .filter(|write| **write == (at(Reg::Tda), 0))
            .count(),
        1
    );
    assert_eq!(bus.get(at(Reg::Idr)), 0x6700_0000 | BUSY);
    assert_eq!(bus.get(at(Reg::Idd)), 0x55);
}

#[test]
fn a_doorbell_before_done_waits_for_the_command_in_flight() {
    let bus = registers();
    let mut mailbox = HostMailbox::new(&bus, Page::default());
    mailbox.open();
    ring(&bus, 0x4700_0000, 0);
    mailbox.interrupt();
    let first = mailbox.take().unwrap();
    ring(&bus, 0x4300_0000, 0);
    mailbox.interrupt();
    assert!(!mailbox.has_command());
    mailbox.complete(reply_to(first));
    mailbox.interrupt();
    assert!(!mailbox.has_command(), "the reply is not taken yet");
    assert!(!listens(&bus));
    host_takes(&bus);
    mailbox.interrupt();
    assert_eq!(mailbox.take().unwrap().primary.word(), 0x4300_0000);
}

#[test]
fn nothing_is_taken_before_the_mailbox_is_open() {
    let bus = registers();
    let mut mailbox = HostMailbox::new(&bus, Page::default());
    ring(&bus, 0x4700_0000, 0);
    mailbox.notify(Notification::fw_ready());
    mailbox.interrupt();
    assert!(!mailbox.has_command());
    mailbox.open();
    mailbox.interrupt();
    assert!(mailbox.has_command());
}

#[test]
fn messages_follow_one_another_as_the_host_takes_them() {
    let bus = registers();
    let mut mailbox = HostMailbox::new(&bus, Page::default());
    mailbox.open();
    let notifications: Vec<_> = acelab_abi::core_id::CoreId::ALL
        .into_iter()
        .map(Notification::log_buffer_status)
        .collect();
    for notification in &notifications {
        mailbox.notify(*notification);
    }
    ring(&bus, 0x4700_0000, 0);
    mailbox.interrupt();
    let command = mailbox.take().unwrap();
    mailbox.complete(reply_to(command));
    let mut seen = Vec::new();
    while !mailbox.all_taken() {
        seen.push(host_takes(&bus));
        mailbox.interrupt();
    }
    assert_eq!(
        seen,
        [
            0x1B06_0000,
            0x6700_0000,
            0x1B06_1000,
            0x1B06_2000,
            0x1B06_3000,
            0x1B06_4000
        ]
    );
    assert!(listens(&bus));
}

#[test]
fn a_message_that_somebody_else_has_sent_is_waited_for() {
    let bus = registers();
    let mut mailbox = HostMailbox::new(&bus, Page::default());
    bus.set(at(Reg::Idr), 0x1B0A_0000 | BUSY);
    mailbox.notify(Notification::fw_ready());
    assert_eq!(bus.get(at(Reg::Idr)), 0x1B0A_0000 | BUSY);
    assert_eq!(host_takes(&bus), 0x1B0A_0000);
    mailbox.interrupt();
    assert_eq!(host_takes(&bus), 0x1B08_0000);
}

#[test]
fn the_emergency_message_waits_for_the_host_as_long_as_it_is_told() {
    let bus = registers();
    let last = Outgoing::from(Notification::exception_caught(
        acelab_abi::core_id::CoreId::PRIMARY,
    ));
    bus.set(at(Reg::Idr), 0x1B08_0000 | BUSY);
    let mut asked = 0;
    emergency_send(&bus, last, || {
        asked += 1;
        asked < 5
    });
    assert_eq!((asked, bus.get(at(Reg::Idr))), (5, 0x1B08_0000 | BUSY));
    emergency_send(&bus, last, || {
        host_takes(&bus);
        true
    });
    assert_eq!(bus.get(at(Reg::Idr)), 0x1B0A_0000 | BUSY);
    assert_eq!(bus.get(at(Reg::Ida)) & DONE, 0);
}

#[test]
fn a_payload_and_a_command_never_share_the_outbox() {
    let bus = registers();
    let outbox = Page::default();
    let mut mailbox = HostMailbox::new(&bus, outbox.clone());
    mailbox.open();
    let event = Notification::log_buffer_status(acelab_abi::core_id::CoreId::PRIMARY);
    ring(&bus, 0x4700_0000, 0);
    mailbox.interrupt();
    let command = mailbox.take().unwrap();
    // A command runs: the payload waits.
    mailbox.notify_for_user(event, Payload::new(&[7, 8]));
    assert_eq!(bus.get(at(Reg::Idr)), 0);
    mailbox.complete(reply_to(command));
    assert_eq!(host_takes(&bus), 0x6700_0000);
    assert!(outbox.0.borrow().is_empty());
    // The payload goes first, and the next command waits for it.
    ring(&bus, 0x4300_0000, 0);
    mailbox.interrupt();
    assert_eq!(*outbox.0.borrow(), [7, 8]);
    assert!(!mailbox.has_command() && !listens(&bus));
    assert_eq!(host_takes(&bus), 0x1B06_0000);
    mailbox.interrupt();
    assert!(mailbox.has_command());
}

/// An outbox that is written again and again.
#[derive(Clone, Copy)]
struct AnyPage;

impl Outbox for AnyPage {
    fn put(&self, _: usize, _: u32) {}
}

/// A host and a user that never pause: at every step the host takes a message
/// and rings again as soon as it may, and the user notifies. Counts commands and
/// notifications with a payload, between two of which `limit` messages go at most.
fn neither_starves(queued: usize, limit: usize) {
    let bus = registers();
    let mut mailbox = HostMailbox::new(&bus, AnyPage);
    mailbox.open();
    let event = Notification::resource_event();
    let payload = Payload::new(&[1; 9]);
    for _ in 0..queued {
        mailbox.notify_for_user(event, payload);
    }
    let (mut commands, mut events, mut since_command, mut since_event) = (0, 0, 0, 0);
    for _ in 0..1000 {
        if bus.get(at(Reg::Tdr)) & BUSY == 0 {
            ring(&bus, 0x4700_0000, 0);
        }
        mailbox.interrupt();
        mailbox.notify_for_user(event, payload);
        if let Some(command) = mailbox.take() {
            (commands, since_command) = (commands + 1, 0);
            mailbox.complete(reply_to(command));
        }
        if bus.get(at(Reg::Idr)) & BUSY != 0 {
            since_command += 1;
            since_event += 1;
            if host_takes(&bus) == event.primary.word() {
                (events, since_event) = (events + 1, 0);
            }
        }
        assert!(since_command <= limit, "commands starve after {commands}");
        assert!(since_event <= limit, "notifications starve after {events}");
    }
    assert!(commands > 100 && events > 100, "{commands} {events}");
}

#[test]
fn neither_commands_nor_payloads_keep_the_other_waiting() {
    for queued in [0, 1, 2, 8] {
        neither_starves(queued, 3);
    }
}

#[test]
fn payloads_go_out_before_commands_are_taken_at_all() {
    let bus = registers();
    let mut mailbox = HostMailbox::new(&bus, AnyPage);
    ring(&bus, 0x4700_0000, 0);
    for _ in 0..3 {
        mailbox.notify_for_user(Notification::resource_event(), Payload::new(&[1]));
        mailbox.interrupt();
        host_takes(&bus);
        mailbox.interrupt();
    }
}
