//! What comes out of the slot in which a core answers. User code fills it, so
//! anything may come, in any number.

use acelab_abi::syscall::MAX_MESSAGE;

use crate::forward::{Answer, Forwarded};

/// Words of the longest message that a slot holds.
pub const MESSAGE_WORDS: usize = MAX_MESSAGE / 4;

/// How one look into the slot has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// With a message of so many bytes.
    Message([u32; MESSAGE_WORDS], usize),
    /// With nothing until the deadline.
    Nothing,
    /// The slot does not exist any more.
    Closed,
}

impl Received {
    /// The answer to command `sequence`, if this is a message and just that.
    #[must_use]
    pub fn answer_to(&self, sequence: u32) -> Option<Answer> {
        match *self {
            Self::Message([number, status, extension, payload, ..], Answer::BYTES)
                if number == sequence =>
            {
                Some(Answer::from_words([number, status, extension, payload]))
            }
            _ => None,
        }
    }
}

/// Waits for the answer to command `sequence`, and says how many other messages
/// came instead.
///
/// `receive` waits until the command's deadline at most, and `is_over` says
/// whether that has come: a slot that always has another message would keep
/// `receive` from ever seeing it.
pub fn wait_for_answer(
    sequence: u32,
    mut receive: impl FnMut() -> Received,
    mut is_over: impl FnMut() -> bool,
) -> (Forwarded, u32) {
    let mut discarded = 0u32;
    loop {
        let received = receive();
        if let Some(answer) = received.answer_to(sequence) {
            return (Forwarded::Done(answer), discarded);
        }
        match received {
            Received::Closed => return (Forwarded::Gone, discarded),
            Received::Nothing => return (Forwarded::TimedOut, discarded),
            Received::Message(..) => {
                discarded = discarded.saturating_add(1);
                if is_over() {
                    return (Forwarded::TimedOut, discarded);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use acelab_abi::ipc4::Status;
    use proptest::prelude::*;

    fn message(sequence: u32, bytes: usize) -> Received {
        let mut words = [0; MESSAGE_WORDS];
        words[0] = sequence;
        Received::Message(words, bytes)
    }

    /// Ends a wait that would last for ever.
    const ENOUGH: u32 = 1000;

    fn wait(mut next: impl FnMut(u32) -> Received, over_at: u32) -> (Forwarded, u32) {
        let looks = core::cell::Cell::new(0);
        wait_for_answer(
            7,
            || {
                looks.set(looks.get() + 1);
                assert!(looks.get() < ENOUGH, "never ends");
                next(looks.get())
            },
            || looks.get() >= over_at,
        )
    }

    #[test]
    fn answers_to_nothing_do_not_put_off_the_deadline() {
        assert_eq!(wait(|_| message(6, 16), 100), (Forwarded::TimedOut, 100));
    }

    #[test]
    fn the_answer_is_found_behind_others() {
        let answer = Answer {
            sequence: 7,
            status: Status::Success,
            extension: 0,
            payload: 0,
        };
        let next = |look| message(if look == 3 { 7 } else { 6 }, 16);
        assert_eq!(wait(next, 100), (Forwarded::Done(answer), 2));
        // It counts also when the deadline comes with it.
        assert_eq!(wait(|_| message(7, 16), 0), (Forwarded::Done(answer), 0));
    }

    #[test]
    fn a_message_of_another_size_is_no_answer_and_no_end() {
        for bytes in (0..=MAX_MESSAGE).filter(|bytes| *bytes != Answer::BYTES) {
            assert_eq!(message(7, bytes).answer_to(7), None, "{bytes}");
            let next = |look| message(7, if look == 2 { 16 } else { bytes });
            assert!(matches!(wait(next, 100), (Forwarded::Done(_), 1)));
        }
    }

    #[test]
    fn nothing_is_a_timeout_and_only_a_closed_slot_is_gone() {
        assert_eq!(wait(|_| Received::Nothing, 100), (Forwarded::TimedOut, 0));
        assert_eq!(wait(|_| Received::Closed, 100), (Forwarded::Gone, 0));
    }

    proptest! {
        #[test]
        fn any_messages_end_with_the_deadline(
            messages in prop::collection::vec(
                (any::<[u32; MESSAGE_WORDS]>(), 0..=MAX_MESSAGE), 1..50),
            over_at in 0..100u32,
        ) {
            let count = messages.len();
            let mut looks = 0;
            let next = |_| {
                let (words, bytes) = messages[looks % count];
                looks += 1;
                Received::Message(words, bytes)
            };
            let (forwarded, _) = wait(next, over_at);
            prop_assert!(matches!(forwarded, Forwarded::TimedOut | Forwarded::Done(_)));
            prop_assert!(looks <= over_at.max(1) as usize);
        }
    }
}
