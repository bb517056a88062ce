use loom::sync::Arc;
use loom::sync::atomic::AtomicU32 as LoomWord;
use loom::thread;

use super::*;
use crate::fake_bus::FakeBus;
use crate::smp::explore;

const CORE: CoreId = CoreId::ALL[1];

fn doorbell() -> u32 {
    idc::address(CORE, Agent::B, Reg::Idr)
}

#[test]
fn a_doorbell_rings_once_until_it_is_answered() {
    let bus = FakeBus::default();
    let inbox = Inbox::new();
    send(&bus, CORE, &inbox, Message::Notify);
    send(&bus, CORE, &inbox, Message::PowerDown);
    assert_eq!(bus.writes(), [(doorbell(), BUSY)]);
    let messages = inbox.take();
    assert!(messages.contains(Message::Notify) && messages.contains(Message::PowerDown));
    assert!(!messages.contains(Message::Halt));
    assert_eq!(inbox.take(), Messages::default());
}

#[test]
fn an_answer_clears_both_sides() {
    let bus = FakeBus::default();
    let tdr = idc::address(CORE, Agent::A, Reg::Tdr);
    bus.set(tdr, BUSY);
    Doorbell::new(&bus, CORE).answer();
    assert_eq!(
        bus.writes(),
        [(tdr, BUSY), (idc::address(CORE, Agent::A, Reg::Tda), 0)]
    );
}

/// A doorbell as both its sides see it, and the inbox behind it.
struct Line {
    /// BUSY of the sender's IDR.
    sender: LoomWord,
    /// BUSY of the receiver's TDR: the interrupt.
    receiver: LoomWord,
    inbox: Inbox<LoomWord>,
}

impl Bus for &Line {
    fn read32(self, address: u32) -> u32 {
        let tdr = idc::address(CORE, Agent::A, Reg::Tdr);
        let busy = if address == tdr {
            &self.receiver
        } else {
            assert_eq!(address, doorbell());
            &self.sender
        };
        // Registers are accessed one after the other.
        busy.fetch_or(0, Ordering::AcqRel)
    }

    fn write32(self, address: u32, value: u32) {
        if address == doorbell() {
            assert_eq!(self.sender.swap(value, Ordering::AcqRel), 0, "lost a ring");
            self.receiver.swap(value, Ordering::AcqRel);
        } else if address == idc::address(CORE, Agent::A, Reg::Tdr) {
            self.receiver.fetch_and(!value, Ordering::AcqRel);
        } else {
            assert_eq!(address, idc::address(CORE, Agent::A, Reg::Tda));
            self.sender.swap(0, Ordering::AcqRel);
        }
    }

    fn read16(self, _: u32) -> u16 {
        unreachable!("the doorbell has words")
    }

    fn write16(self, _: u32, _: u16) {
        unreachable!("the doorbell has words")
    }
}

impl Line {
    fn new() -> Self {
        Self {
            sender: LoomWord::new(0),
            receiver: LoomWord::new(0),
            inbox: Inbox {
                flags: LoomWord::new(0),
                ringing: LoomWord::new(0),
            },
        }
    }

    /// The interrupt handler, if there is an interrupt; what it took.
    fn interrupt(&self) -> u32 {
        if self.receiver.load(Ordering::Acquire) & BUSY == 0 {
            return 0;
        }
        Doorbell::new(self, CORE).answer();
        self.inbox.take().0
    }
}

#[test]
fn no_message_is_lost() {
    explore(2, || {
        let line = Arc::new(Line::new());
        let senders = [Message::Notify, Message::Ping].map(|message| {
            let line = Arc::clone(&line);
            thread::spawn(move || send(&*line, CORE, &line.inbox, message))
        });
        let mut taken = line.interrupt();
        taken |= line.interrupt();
        for sender in senders {
            sender.join().unwrap();
        }
        // What is not taken yet has its interrupt pending.
        taken |= line.interrupt();
        assert_eq!(taken, Message::Notify as u32 | Message::Ping as u32);
    });
}
