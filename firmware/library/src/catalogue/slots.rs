//! What belongs to DP instances, by their slots.

use super::ids::{DpSlot, MAX_DP};

/// For each slot what is there. What does not end at once keeps its slot until it has.
#[derive(Debug)]
pub struct DpSlots<T>([Slot<T>; MAX_DP]);

#[derive(Debug)]
enum Slot<T> {
    Free,
    Used(T),
    /// It is to end, and has not yet.
    Ending(T),
}

impl<T> DpSlots<T> {
    /// All slots are free.
    #[must_use]
    pub const fn new() -> Self {
        Self([const { Slot::Free }; MAX_DP])
    }

    /// A slot that is free.
    #[must_use]
    pub fn free(&self) -> Option<DpSlot> {
        let free = self.0.iter().position(|slot| matches!(slot, Slot::Free))?;
        DpSlot::new(free as u8)
    }

    /// Uses a slot that is [`free`](Self::free).
    pub fn put(&mut self, slot: DpSlot, what: T) {
        self.0[usize::from(slot.number())] = Slot::Used(what);
    }

    /// What is used in a slot.
    #[must_use]
    pub fn get(&self, slot: DpSlot) -> Option<&T> {
        match &self.0[usize::from(slot.number())] {
            Slot::Used(what) => Some(what),
            Slot::Free | Slot::Ending(_) => None,
        }
    }

    /// What is in a slot is used no more, and is to end.
    pub fn end(&mut self, slot: DpSlot) {
        let slot = &mut self.0[usize::from(slot.number())];
        *slot = match core::mem::replace(slot, Slot::Free) {
            Slot::Used(what) => Slot::Ending(what),
            other => other,
        };
    }

    /// Frees the slots of all that is to end and has, which `has_ended` tells; whether
    /// that was all.
    pub fn clear(&mut self, mut has_ended: impl FnMut(&T) -> bool) -> bool {
        let mut all = true;
        for slot in &mut self.0 {
            if let Slot::Ending(what) = slot {
                if has_ended(what) {
                    *slot = Slot::Free;
                } else {
                    all = false;
                }
            }
        }
        all
    }
}

impl<T> Default for DpSlots<T> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_end_at_once_is_not_lost() {
        let mut slots = DpSlots::new();
        for number in 0..MAX_DP {
            let slot = slots.free().expect("there is one");
            assert_eq!(usize::from(slot.number()), number);
            slots.put(slot, number);
        }
        assert_eq!(slots.free(), None);
        let [one, other] = [1, 2].map(|number| DpSlot::new(number).expect("a slot"));
        slots.end(one);
        slots.end(other);
        assert_eq!((slots.get(one), slots.get(other)), (None, None));
        // One has ended, and the other has not: its slot is not given away.
        assert!(!slots.clear(|what| *what == 1));
        assert_eq!(slots.free(), Some(one));
        slots.put(one, 9);
        assert_eq!(slots.free(), None);
        // It is asked again, and nobody else is.
        assert!(slots.clear(|what| *what == 2));
        assert_eq!(slots.free(), Some(other));
        assert_eq!(slots.get(one), Some(&9));
        assert!(slots.clear(|_| unreachable!("nothing is to end")));
        // A slot that is free has nothing to end.
        slots.end(other);
        assert!(slots.clear(|_| unreachable!("nothing is to end")));
    }
}
