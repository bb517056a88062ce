//! Deadlines of waiting threads and running timers.

use acelab_abi::object::MAX_OBJECTS;

use crate::ids::{MAX_THREADS, ThreadId};
use crate::object::ObjectId;

const KEYS: usize = MAX_THREADS + MAX_OBJECTS;
/// Place of a key that is not in the heap.
const ABSENT: u16 = u16::MAX;

/// Whose deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DeadlineKey(u16);

impl DeadlineKey {
    /// Of a waiting thread.
    #[must_use]
    pub const fn thread(thread: ThreadId) -> Self {
        Self(thread.index() as u16)
    }

    /// Of a timer.
    #[must_use]
    pub const fn timer(timer: ObjectId) -> Self {
        Self((MAX_THREADS + timer.index()) as u16)
    }

    /// The thread, if it is one's.
    #[must_use]
    pub const fn as_thread(self) -> Option<ThreadId> {
        ThreadId::new(self.0 as usize)
    }

    /// The timer, if it is one's.
    #[must_use]
    pub const fn as_timer(self) -> Option<ObjectId> {
        match (self.0 as usize).checked_sub(MAX_THREADS) {
            Some(index) => Some(ObjectId::new(index as u8)),
            None => None,
        }
    }

    const fn index(self) -> usize {
        self.0 as usize
    }
}

#[derive(Clone, Copy, Debug)]
struct Item {
    deadline: u64,
    /// Equal deadlines come out in this order.
    order: u64,
    key: DeadlineKey,
}

impl Item {
    const fn is_before(&self, other: &Self) -> bool {
        self.deadline < other.deadline
            || (self.deadline == other.deadline && self.order < other.order)
    }
}

/// A binary heap that knows where each key is, so that a deadline is set, moved
/// and taken out in logarithmic time. There is room for every key.
#[derive(Debug)]
pub struct Deadlines {
    heap: [Item; KEYS],
    len: usize,
    place: [u16; KEYS],
}

impl Deadlines {
    /// No deadlines.
    #[must_use]
    pub const fn new() -> Self {
        let item = Item {
            deadline: 0,
            order: 0,
            key: DeadlineKey(0),
        };
        Self {
            heap: [item; KEYS],
            len: 0,
            place: [ABSENT; KEYS],
        }
    }

    /// How many are set.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether none is set.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The earliest.
    #[must_use]
    pub fn next(&self) -> Option<u64> {
        self.heap[..self.len].first().map(|item| item.deadline)
    }

    /// The deadline of a key.
    #[must_use]
    pub fn get(&self, key: DeadlineKey) -> Option<u64> {
        let place = usize::from(self.place[key.index()]);
        self.heap[..self.len].get(place).map(|item| item.deadline)
    }

    /// Sets the deadline of a key, replacing an earlier one.
    pub fn set(&mut self, key: DeadlineKey, deadline: u64, order: u64) {
        self.cancel(key);
        let at = self.len;
        self.len += 1;
        self.put(
            at,
            Item {
                deadline,
                order,
                key,
            },
        );
        self.up(at);
    }

    /// Takes a key out, if it is in.
    pub fn cancel(&mut self, key: DeadlineKey) {
        let at = usize::from(self.place[key.index()]);
        if at >= self.len {
            return;
        }
        self.place[key.index()] = ABSENT;
        self.len -= 1;
        if at == self.len {
            return;
        }
        let last = self.heap[self.len];
        self.put(at, last);
        self.up(at);
        self.down(usize::from(self.place[last.key.index()]));
    }

    /// Takes out the earliest if it is not after `now`.
    pub fn pop_due(&mut self, now: u64) -> Option<DeadlineKey> {
        let item = *self.heap[..self.len].first()?;
        if item.deadline > now {
            return None;
        }
        self.cancel(item.key);
        Some(item.key)
    }

    fn put(&mut self, at: usize, item: Item) {
        self.heap[at] = item;
        self.place[item.key.index()] = at as u16;
    }

    fn up(&mut self, mut at: usize) {
        let item = self.heap[at];
        while at > 0 {
            let parent = (at - 1) / 2;
            if !item.is_before(&self.heap[parent]) {
                break;
            }
            self.put(at, self.heap[parent]);
            at = parent;
        }
        self.put(at, item);
    }

    fn down(&mut self, mut at: usize) {
        let item = self.heap[at];
        loop {
            let left = 2 * at + 1;
            if left >= self.len {
                break;
            }
            let right = left + 1;
            let child = if right < self.len && self.heap[right].is_before(&self.heap[left]) {
                right
            } else {
                left
            };
            if !self.heap[child].is_before(&item) {
                break;
            }
            self.put(at, self.heap[child]);
            at = child;
        }
        self.put(at, item);
    }
}

impl Default for Deadlines {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    #[derive(Debug, Clone)]
    enum Step {
        Set(u16, u64),
        Cancel(u16),
        Pop(u64),
    }

    fn key() -> impl Strategy<Value = u16> {
        prop_oneof![0u16..4, 46u16..50, (KEYS as u16 - 4)..KEYS as u16]
    }

    fn step() -> impl Strategy<Value = Step> {
        let at = prop_oneof![0u64..20, Just(u64::MAX), Just(u64::MAX - 1)];
        prop_oneof![
            (key(), at.clone()).prop_map(|(key, at)| Step::Set(key, at)),
            key().prop_map(Step::Cancel),
            at.prop_map(Step::Pop),
        ]
    }

    #[test]
    fn a_key_is_a_thread_or_a_timer() {
        let last = ThreadId::new(MAX_THREADS - 1).unwrap();
        assert_eq!(DeadlineKey::thread(last).as_thread(), Some(last));
        assert_eq!(DeadlineKey::thread(last).as_timer(), None);
        for id in ObjectId::all() {
            assert_eq!(DeadlineKey::timer(id).as_timer(), Some(id));
            assert_eq!(DeadlineKey::timer(id).as_thread(), None);
        }
    }

    #[test]
    fn there_is_room_for_every_key() {
        let mut heap = Deadlines::new();
        for key in 0..KEYS as u16 {
            heap.set(DeadlineKey(key), u64::from(key ^ 0x5A), 0);
        }
        let mut last = 0;
        while let Some(key) = heap.pop_due(u64::MAX) {
            assert!(u64::from(key.0 ^ 0x5A) >= last);
            last = u64::from(key.0 ^ 0x5A);
        }
        assert!(heap.is_empty());
    }

    proptest! {
        #[test]
        fn behaves_like_a_sorted_list(steps in prop::collection::vec(step(), 0..120)) {
            let mut heap = Deadlines::new();
            let mut model: Vec<(u64, u64, u16)> = Vec::new();
            for (order, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Set(key, at) => {
                        heap.set(DeadlineKey(key), at, order as u64);
                        model.retain(|(_, _, other)| *other != key);
                        model.push((at, order as u64, key));
                        model.sort_unstable();
                    }
                    Step::Cancel(key) => {
                        heap.cancel(DeadlineKey(key));
                        model.retain(|(_, _, other)| *other != key);
                    }
                    Step::Pop(now) => {
                        let due = model.first().copied().filter(|(at, _, _)| *at <= now);
                        prop_assert_eq!(heap.pop_due(now).map(|key| key.0), due.map(|(_, _, key)| key));
                        if due.is_some() {
                            model.remove(0);
                        }
                    }
                }
                prop_assert_eq!(heap.next(), model.first().map(|(at, _, _)| *at));
                prop_assert_eq!(heap.len(), model.len());
                for key in 0..KEYS as u16 {
                    let at = model.iter().find(|(_, _, other)| *other == key).map(|(at, _, _)| *at);
                    prop_assert_eq!(heap.get(DeadlineKey(key)), at);
                }
            }
        }
    }
}
