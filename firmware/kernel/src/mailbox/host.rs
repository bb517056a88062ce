//! Driver of the host mailbox (HfIPC), DSP side.
//!
//! A command is taken out of the doorbell in the interrupt handler. Until it is
//! complete, and until the host has taken its reply, the doorbell's interrupt
//! stays off: a host that rings too early is served afterwards, and never
//! re-enters the firmware or overwrites a reply in the outbox.

use acelab_abi::ipc4::Primary;
use acelab_abi::ipc4::notification::Notification;
use acelab_abi::regs::hfipc::{self, BUSY, DONE, IDIE, Reg, TBIE};

use super::{Next, Outgoing, Payload, SendQueue};
use crate::bus::Bus;

/// Notifications that may wait for the host.
const MAX_NOTIFICATIONS: usize = 16;
/// Those of user code among them.
const MAX_USER_NOTIFICATIONS: usize = 8;

/// A command as it stood in the doorbell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    /// Primary word.
    pub primary: Primary,
    /// Extension word.
    pub extension: u32,
}

/// Where the command in flight is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inbound {
    /// There is none.
    Idle,
    /// Taken from the doorbell, not yet started.
    Received(Command),
    /// Being executed.
    Executing,
}

/// What the initiator doorbell carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outbound {
    Idle,
    Notification,
    /// Its payload is in the outbox.
    NotificationWithPayload,
    Reply,
}

/// The outbox, where the host looks for payloads.
pub trait Outbox {
    /// Writes word `index` of the outbox.
    fn put(&self, index: usize, word: u32);
}

/// The mailbox and its queue.
pub struct HostMailbox<B, O> {
    bus: B,
    outbox: O,
    queue: SendQueue<MAX_NOTIFICATIONS>,
    inbound: Inbound,
    outbound: Outbound,
    open: bool,
    /// A payload has gone out since the last command was taken: the next one
    /// waits for a command that is there.
    command_first: bool,
}

impl<B: Bus, O: Outbox> HostMailbox<B, O> {
    /// A mailbox that sends but does not take commands yet.
    pub const fn new(bus: B, outbox: O) -> Self {
        Self {
            bus,
            outbox,
            queue: SendQueue::new(),
            inbound: Inbound::Idle,
            outbound: Outbound::Idle,
            open: false,
            command_first: false,
        }
    }

    /// Takes commands from now on.
    pub fn open(&mut self) {
        self.open = true;
        self.update_enables();
    }

    /// Handles the mailbox interrupt.
    pub fn interrupt(&mut self) {
        if self.read(Reg::Ida) & DONE != 0 {
            self.write(Reg::Ida, DONE);
            self.outbound = Outbound::Idle;
        }
        // Before the next command: one that follows another at once would keep a
        // payload waiting for ever. Nor do payloads keep a command waiting: after
        // one of them it is the command's turn.
        self.pump();
        if self.accepts() {
            let doorbell = self.read(Reg::Tdr);
            if doorbell & BUSY != 0 {
                let extension = self.read(Reg::Tdd);
                self.write(Reg::Tdr, BUSY);
                let primary = Primary::new(doorbell);
                self.inbound = Inbound::Received(Command { primary, extension });
                self.command_first = false;
            }
        }
        self.pump();
    }

    /// The command to execute, once.
    pub fn take(&mut self) -> Option<Command> {
        let Inbound::Received(command) = self.inbound else {
            return None;
        };
        self.inbound = Inbound::Executing;
        Some(command)
    }

    /// True while a command waits for [`HostMailbox::take`].
    #[must_use]
    pub fn has_command(&self) -> bool {
        matches!(self.inbound, Inbound::Received(_))
    }

    /// Queues the reply of the executed command and tells the host that the
    /// inbox is free.
    pub fn complete(&mut self, reply: Outgoing) {
        if self.inbound != Inbound::Executing {
            return;
        }
        self.queue.push_reply(reply);
        self.pump();
        self.write(Reg::Tda, 0);
        self.inbound = Inbound::Idle;
        self.update_enables();
    }

    /// Queues a notification.
    pub fn notify(&mut self, notification: Notification) {
        self.queue.push_notification(notification);
        self.pump();
    }

    /// Queues a notification of user code, unless too many wait. While its
    /// payload is in the outbox no command is taken, and it goes there only
    /// while there is none: replies need the outbox too.
    pub fn notify_for_user(&mut self, notification: Notification, payload: Payload) {
        self.queue
            .push_within(notification, payload, MAX_USER_NOTIFICATIONS);
        self.pump();
    }

    /// True when the host has taken everything.
    #[must_use]
    pub fn all_taken(&self) -> bool {
        self.outbound == Outbound::Idle
    }

    fn reply_outstanding(&self) -> bool {
        self.queue.has_reply() || self.outbound == Outbound::Reply
    }

    fn accepts(&self) -> bool {
        self.open
            && self.inbound == Inbound::Idle
            && !self.reply_outstanding()
            && self.outbound != Outbound::NotificationWithPayload
    }

    /// Sends the next message if the host has taken the one before.
    fn pump(&mut self) {
        // The registers decide: what somebody else has sent counts as well.
        let free = self.read(Reg::Idr) & BUSY == 0 && self.read(Reg::Ida) & DONE == 0;
        if self.outbound == Outbound::Idle && free {
            let message = match self.queue.pop(self.outbox_is_free()) {
                None => None,
                Some(Next::Reply(message)) => {
                    self.outbound = Outbound::Reply;
                    Some(message)
                }
                Some(Next::Notification(message, payload)) => {
                    self.outbound = self.write_payload(&payload);
                    self.command_first |= self.outbound == Outbound::NotificationWithPayload;
                    Some(message)
                }
            };
            if let Some(message) = message {
                self.write(Reg::Idd, message.extension);
                self.write(Reg::Idr, message.primary.word() | BUSY);
            }
        }
        self.update_enables();
    }

    /// Whether the payload of a notification may go there: no command has it, and
    /// none is about to be taken.
    fn outbox_is_free(&self) -> bool {
        let awaited = self.open && self.command_first && self.read(Reg::Tdr) & BUSY != 0;
        self.inbound == Inbound::Idle && !awaited
    }

    /// Puts the payload of a notification where the host looks for it.
    fn write_payload(&self, payload: &Payload) -> Outbound {
        if payload.words().is_empty() {
            return Outbound::Notification;
        }
        for (index, word) in payload.words().iter().enumerate() {
            self.outbox.put(index, *word);
        }
        Outbound::NotificationWithPayload
    }

    fn update_enables(&self) {
        let commands = if self.accepts() { TBIE } else { 0 };
        self.write(Reg::Ctl, IDIE | commands);
    }

    fn read(&self, reg: Reg) -> u32 {
        self.bus.read32(hfipc::address(reg))
    }

    fn write(&self, reg: Reg, value: u32) {
        self.bus.write32(hfipc::address(reg), value);
    }
}

/// Sends a last message past the queue, from whatever state: `wait` is asked
/// while the host has not taken the message before, and gives up by returning
/// false. For a firmware that is about to stop.
pub fn emergency_send(bus: impl Bus, message: Outgoing, mut wait: impl FnMut() -> bool) {
    let read = |reg| bus.read32(hfipc::address(reg));
    while read(Reg::Idr) & BUSY != 0 {
        if !wait() {
            return;
        }
    }
    if read(Reg::Ida) & DONE != 0 {
        bus.write32(hfipc::address(Reg::Ida), DONE);
    }
    bus.write32(hfipc::address(Reg::Idd), message.extension);
    bus.write32(hfipc::address(Reg::Idr), message.primary.word() | BUSY);
}

#[cfg(test)]
#[path = "host_tests.rs"]
mod tests;
