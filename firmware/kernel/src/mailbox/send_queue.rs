//! Messages that wait for the host to take the one before.

use acelab_abi::ipc4::Primary;
use acelab_abi::ipc4::notification::Notification;

/// A message for the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Primary word.
    pub primary: Primary,
    /// Extension word.
    pub extension: u32,
}

impl From<Notification> for Outgoing {
    fn from(notification: Notification) -> Self {
        Self {
            primary: notification.primary,
            extension: notification.extension,
        }
    }
}

/// Most words that go along with a notification.
const PAYLOAD_WORDS: usize = 13;

/// What goes to the outbox together with a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payload {
    words: [u32; PAYLOAD_WORDS],
    len: usize,
}

impl Payload {
    /// No words.
    pub const NONE: Self = Self {
        words: [0; PAYLOAD_WORDS],
        len: 0,
    };

    /// These words, at most 13; more are cut.
    #[must_use]
    pub fn new(words: &[u32]) -> Self {
        let mut payload = Self::NONE;
        for (slot, word) in payload.words.iter_mut().zip(words) {
            *slot = *word;
            payload.len += 1;
        }
        payload
    }

    /// The words.
    #[must_use]
    pub fn words(&self) -> &[u32] {
        &self.words[..self.len]
    }
}

/// What is sent next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The reply; its payload is in the outbox already.
    Reply(Outgoing),
    /// A notification.
    Notification(Outgoing, Payload),
}

/// One reply and at most `N` notifications. The reply goes first: there is one
/// command in flight at most, so there is room for it always.
#[derive(Debug)]
pub struct SendQueue<const N: usize> {
    reply: Option<Outgoing>,
    notifications: [Option<(Outgoing, Payload)>; N],
    dropped: u32,
}

impl<const N: usize> SendQueue<N> {
    /// An empty queue.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            reply: None,
            notifications: [None; N],
            dropped: 0,
        }
    }

    /// Queues the reply to the command in flight, ahead of everything else.
    pub fn push_reply(&mut self, reply: Outgoing) {
        debug_assert!(self.reply.is_none(), "a second reply to one command");
        self.reply = Some(reply);
    }

    /// Queues a notification behind the others; one for which there is no room
    /// is dropped and counted.
    pub fn push_notification(&mut self, notification: Notification) {
        self.push_within(notification, Payload::NONE, N);
    }

    /// The same with a payload, if fewer than `most` notifications wait: for
    /// those who must leave room for others.
    pub fn push_within(&mut self, notification: Notification, payload: Payload, most: usize) {
        let most = most.min(N);
        match self.notifications[..most]
            .iter_mut()
            .find(|slot| slot.is_none())
        {
            Some(slot) => *slot = Some((notification.into(), payload)),
            None => self.dropped = self.dropped.saturating_add(1),
        }
    }

    /// The message to send next. A payload needs the outbox for itself: while
    /// that is not `free`, a notification with one waits, and those behind it.
    pub fn pop(&mut self, free: bool) -> Option<Next> {
        if let Some(reply) = self.reply.take() {
            return Some(Next::Reply(reply));
        }
        let (first, payload) = self.notifications[0]?;
        if !free && !payload.words().is_empty() {
            return None;
        }
        self.notifications[0] = None;
        self.notifications.rotate_left(1);
        Some(Next::Notification(first, payload))
    }

    /// True while a reply has not been sent.
    #[must_use]
    pub fn has_reply(&self) -> bool {
        self.reply.is_some()
    }

    /// Notifications dropped so far.
    #[must_use]
    pub fn dropped(&self) -> u32 {
        self.dropped
    }
}

impl<const N: usize> Default for SendQueue<N> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use acelab_abi::core_id::CoreId;
    use proptest::prelude::*;
    use std::collections::VecDeque;
    use std::vec::Vec;

    fn reply() -> Outgoing {
        Outgoing {
            primary: Primary::new(0x6700_0000),
            extension: 0,
        }
    }

    fn plain(notification: Notification) -> Next {
        Next::Notification(notification.into(), Payload::NONE)
    }

    #[test]
    fn a_reply_overtakes_notifications() {
        let mut queue = SendQueue::<2>::new();
        queue.push_notification(Notification::fw_ready());
        queue.push_reply(reply());
        assert!(queue.has_reply());
        assert_eq!(queue.pop(true), Some(Next::Reply(reply())));
        assert_eq!(queue.pop(true), Some(plain(Notification::fw_ready())));
        assert_eq!(queue.pop(true), None);
    }

    #[test]
    fn a_payload_waits_for_the_outbox_and_keeps_the_order() {
        let mut queue = SendQueue::<4>::new();
        let event = Notification::log_buffer_status(CoreId::PRIMARY);
        let payload = Payload::new(&[1, 2, 3]);
        queue.push_within(event, payload, 4);
        queue.push_notification(Notification::fw_ready());
        assert_eq!(queue.pop(false), None);
        queue.push_reply(reply());
        assert_eq!(queue.pop(false), Some(Next::Reply(reply())));
        let first = Next::Notification(event.into(), payload);
        assert_eq!(queue.pop(true), Some(first));
        assert_eq!(queue.pop(false), Some(plain(Notification::fw_ready())));
    }

    #[test]
    fn who_has_a_bound_leaves_room_for_the_others() {
        let mut queue = SendQueue::<4>::new();
        for _ in 0..9 {
            queue.push_within(Notification::fw_ready(), Payload::NONE, 2);
        }
        assert_eq!(queue.dropped(), 7);
        let fault = Notification::exception_caught(CoreId::PRIMARY);
        queue.push_notification(fault);
        assert_eq!(queue.dropped(), 7);
        let sent: Vec<_> = std::iter::from_fn(|| queue.pop(true)).collect();
        assert_eq!(sent.last(), Some(&plain(fault)));
        assert_eq!(sent.len(), 3);
    }

    #[test]
    fn a_payload_is_cut_at_its_end() {
        assert_eq!(Payload::new(&[7; 40]).words(), [7; 13]);
    }

    proptest! {
        #[test]
        fn notifications_keep_their_order_and_their_bound(
            steps in prop::collection::vec((0usize..5, any::<bool>()), 0..60)
        ) {
            let mut queue = SendQueue::<4>::new();
            let mut model = VecDeque::new();
            let mut dropped = 0;
            for (core, push) in steps {
                if push {
                    let notification = Notification::log_buffer_status(CoreId::ALL[core]);
                    queue.push_notification(notification);
                    if model.len() < 4 {
                        model.push_back(plain(notification));
                    } else {
                        dropped += 1;
                    }
                } else {
                    prop_assert_eq!(queue.pop(true), model.pop_front());
                }
            }
            prop_assert_eq!(queue.dropped(), dropped);
        }
    }
}
