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

/// One reply and at most `N` notifications. The reply goes first: there is one
/// command in flight at most, so there is room for it always.
#[derive(Debug)]
pub struct SendQueue<const N: usize> {
    reply: Option<Outgoing>,
    notifications: [Option<Outgoing>; N],
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
        match self.notifications.iter_mut().find(|slot| slot.is_none()) {
            Some(slot) => *slot = Some(notification.into()),
            None => self.dropped = self.dropped.saturating_add(1),
        }
    }

    /// The message to send next.
    pub fn pop(&mut self) -> Option<Outgoing> {
        self.reply.take().or_else(|| {
            let first = self.notifications[0].take();
            self.notifications.rotate_left(1);
            first
        })
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

    fn reply() -> Outgoing {
        Outgoing {
            primary: Primary::new(0x6700_0000),
            extension: 0,
        }
    }

    #[test]
    fn a_reply_overtakes_notifications() {
        let mut queue = SendQueue::<2>::new();
        queue.push_notification(Notification::fw_ready());
        queue.push_reply(reply());
        assert!(queue.has_reply());
        assert_eq!(queue.pop(), Some(reply()));
        assert_eq!(queue.pop(), Some(Notification::fw_ready().into()));
        assert_eq!(queue.pop(), None);
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
                        model.push_back(Outgoing::from(notification));
                    } else {
                        dropped += 1;
                    }
                } else {
                    prop_assert_eq!(queue.pop(), model.pop_front());
                }
            }
            prop_assert_eq!(queue.dropped(), dropped);
        }
    }
}
