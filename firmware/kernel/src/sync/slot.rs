//! Message slots.

use acelab_abi::syscall::SysError;

use crate::ids::ThreadId;
use crate::object::{Object, ObjectId};
use crate::port::Port;
use crate::system::{Kernel, Stop};
use crate::thread::{Message, Pending, ThreadSet, Wait};

/// Room for one message.
#[derive(Clone, Copy, Debug)]
pub struct Slot {
    /// The message.
    pub message: Option<Message>,
    /// The receiver that has waited for the message and takes it as soon as it
    /// is chosen. Until then it stays here, so that it is not lost if the
    /// receiver's buffer has gone bad, or the receiver ends.
    pub reserved: Option<ThreadId>,
    /// Who waits for the slot to become empty.
    pub senders: ThreadSet,
    /// Who waits for a message.
    pub receivers: ThreadSet,
}

impl Slot {
    /// Empty.
    pub const NEW: Self = Self {
        message: None,
        reserved: None,
        senders: ThreadSet::EMPTY,
        receivers: ThreadSet::EMPTY,
    };
}

impl Kernel {
    fn slot(&mut self, id: ObjectId) -> Result<&mut Slot, SysError> {
        match &mut self.objects.get_mut(id).object {
            Object::Slot(slot) => Ok(slot),
            _ => Err(SysError::WrongKind),
        }
    }

    /// Puts a message in, or waits until the slot is empty.
    pub(crate) fn slot_send(
        &mut self,
        port: &mut impl Port,
        caller: ThreadId,
        id: ObjectId,
        message: Message,
        deadline: u64,
    ) -> Result<(), Stop> {
        let slot = self.slot(id)?;
        if slot.message.is_none() {
            slot.message = Some(message);
            self.slot_offer(port, id);
            return Ok(());
        }
        self.threads[caller.index()].message = message;
        Err(self.wait(port, caller, Wait::Send(id), deadline))
    }

    /// Takes the message for a buffer of `room` bytes, if there is one and
    /// nobody else has waited for it.
    pub(crate) fn slot_take(
        &mut self,
        port: &mut impl Port,
        id: ObjectId,
        room: u32,
    ) -> Result<Option<Message>, SysError> {
        let slot = self.slot(id)?;
        let Some(message) = slot.message.filter(|_| slot.reserved.is_none()) else {
            return Ok(None);
        };
        if message.len() > room {
            return Err(SysError::TooLong);
        }
        slot.message = None;
        self.slot_refill(port, id);
        Ok(Some(message))
    }

    /// The message a receiver has waited for: still in the slot.
    pub(crate) fn slot_reserved(&mut self, id: ObjectId) -> Option<Message> {
        self.slot(id).ok()?.message
    }

    /// The receiver has copied its message.
    pub(crate) fn slot_delivered(&mut self, port: &mut impl Port, id: ObjectId) {
        if let Ok(slot) = self.slot(id) {
            slot.message = None;
            slot.reserved = None;
            self.slot_refill(port, id);
        }
    }

    /// The receiver cannot take its message: it is anybody's again.
    pub(crate) fn slot_release(&mut self, port: &mut impl Port, id: ObjectId) {
        if let Ok(slot) = self.slot(id) {
            slot.reserved = None;
            self.slot_offer(port, id);
        }
    }

    /// The slot has become empty: the first sender's message goes in.
    fn slot_refill(&mut self, port: &mut impl Port, id: ObjectId) {
        let Ok(slot) = self.slot(id) else {
            return;
        };
        let senders = slot.senders;
        let Some(sender) = self.most_urgent(senders) else {
            return;
        };
        let message = self.threads[sender.index()].message;
        if let Ok(slot) = self.slot(id) {
            slot.message = Some(message);
        }
        self.finish_wait(port, sender, Ok([0; 2]));
        self.slot_offer(port, id);
    }

    /// There is a message: the first receiver with room for it is woken, those
    /// before it are told that it does not fit.
    fn slot_offer(&mut self, port: &mut impl Port, id: ObjectId) {
        while let Ok(&mut Slot {
            message: Some(message),
            reserved: None,
            receivers,
            ..
        }) = self.slot(id)
        {
            let Some(thread) = self.most_urgent(receivers) else {
                return;
            };
            let Wait::Receive { buffer, len, .. } = self.threads[thread.index()].wait else {
                return;
            };
            if message.len() > len {
                self.finish_wait(port, thread, Err(SysError::TooLong));
                continue;
            }
            if let Ok(slot) = self.slot(id) {
                slot.reserved = Some(thread);
            }
            self.finish_wait(port, thread, Ok([0; 2]));
            self.threads[thread.index()].pending = Pending::Message {
                slot: id,
                buffer,
                room: len,
            };
        }
    }
}
