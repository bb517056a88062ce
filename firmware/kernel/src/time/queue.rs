//! Timers in order of their deadlines.

/// Every slot is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueFull;

/// At most `N` timers, each with an identity of type `K` that is in the queue
/// once at most. Deadlines are ticks of one clock; the owner arms its
/// comparator for [`TimerQueue::next_deadline`] and for nothing else, so that
/// an idle core is never woken for nothing.
#[derive(Debug)]
pub struct TimerQueue<K, const N: usize> {
    /// Sorted by deadline, earliest first; equal deadlines in order of arrival.
    timers: [Option<(u64, K)>; N],
}

impl<K: Copy + Eq, const N: usize> TimerQueue<K, N> {
    /// An empty queue.
    #[must_use]
    pub const fn new() -> Self {
        Self { timers: [None; N] }
    }

    /// Sets the deadline of `key`, replacing an earlier one.
    pub fn set(&mut self, key: K, deadline: u64) -> Result<(), QueueFull> {
        self.cancel(key);
        if self.timers[N - 1].is_some() {
            return Err(QueueFull);
        }
        let later = |timer: &Option<(u64, K)>| timer.is_none_or(|(at, _)| at > deadline);
        let position = self.timers.iter().position(later).ok_or(QueueFull)?;
        self.timers[position..].rotate_right(1);
        self.timers[position] = Some((deadline, key));
        Ok(())
    }

    /// Takes `key` out; true when it was in.
    pub fn cancel(&mut self, key: K) -> bool {
        let found = self
            .timers
            .iter()
            .position(|timer| timer.is_some_and(|(_, k)| k == key));
        if let Some(position) = found {
            self.timers[position] = None;
            self.timers[position..].rotate_left(1);
        }
        found.is_some()
    }

    /// True when `key` waits for its deadline.
    #[must_use]
    pub fn is_set(&self, key: K) -> bool {
        self.timers.iter().flatten().any(|(_, k)| *k == key)
    }

    /// The earliest deadline.
    #[must_use]
    pub fn next_deadline(&self) -> Option<u64> {
        self.timers[0].map(|(deadline, _)| deadline)
    }

    /// Takes out the earliest timer if its deadline is not after `now`.
    pub fn pop_due(&mut self, now: u64) -> Option<K> {
        let (deadline, key) = self.timers[0]?;
        if deadline > now {
            return None;
        }
        self.timers[0] = None;
        self.timers.rotate_left(1);
        Some(key)
    }
}

impl<K: Copy + Eq, const N: usize> Default for TimerQueue<K, N> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    #[test]
    fn a_timer_that_is_set_again_moves() {
        let mut queue = TimerQueue::<u8, 3>::new();
        queue.set(1, 10).unwrap();
        queue.set(2, 20).unwrap();
        queue.set(1, 30).unwrap();
        assert_eq!(queue.next_deadline(), Some(20));
        assert_eq!((queue.pop_due(25), queue.pop_due(25)), (Some(2), None));
        assert_eq!(queue.pop_due(30), Some(1));
    }

    #[test]
    fn a_full_queue_refuses_and_keeps_what_it_has() {
        let mut queue = TimerQueue::<u8, 2>::new();
        queue.set(1, 10).unwrap();
        queue.set(2, 20).unwrap();
        assert_eq!(queue.set(3, 5), Err(QueueFull));
        assert_eq!(queue.next_deadline(), Some(10));
        queue.set(2, 1).unwrap();
        assert_eq!(queue.next_deadline(), Some(1));
    }

    #[derive(Debug, Clone)]
    enum Step {
        Set(u8, u64),
        Cancel(u8),
        Pop(u64),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0u8..6, 0u64..50).prop_map(|(key, at)| Step::Set(key, at)),
            (0u8..6).prop_map(Step::Cancel),
            (0u64..60).prop_map(Step::Pop),
        ]
    }

    proptest! {
        #[test]
        fn behaves_like_a_sorted_list(steps in prop::collection::vec(step(), 0..80)) {
            let mut queue = TimerQueue::<u8, 4>::new();
            let mut model: Vec<(u64, u8)> = Vec::new();
            for step in steps {
                match step {
                    Step::Set(key, at) => {
                        model.retain(|(_, k)| *k != key);
                        let fits = model.len() < 4;
                        prop_assert_eq!(queue.set(key, at).is_ok(), fits);
                        if fits {
                            let position = model.partition_point(|(other, _)| *other <= at);
                            model.insert(position, (at, key));
                        }
                    }
                    Step::Cancel(key) => {
                        prop_assert_eq!(queue.cancel(key), model.iter().any(|(_, k)| *k == key));
                        model.retain(|(_, k)| *k != key);
                    }
                    Step::Pop(now) => {
                        let due = model.first().copied().filter(|(at, _)| *at <= now);
                        prop_assert_eq!(queue.pop_due(now), due.map(|(_, key)| key));
                        if due.is_some() {
                            model.remove(0);
                        }
                    }
                }
                prop_assert_eq!(queue.next_deadline(), model.first().map(|(at, _)| *at));
            }
        }
    }
}
