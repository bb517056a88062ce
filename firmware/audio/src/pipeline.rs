//! Pipelines.

use alloc::vec::Vec;

use crate::own::OutOfMemory;
use crate::slab::Index;
use crate::task::TaskId;
use crate::{PipelineConfig, PipelineId, PipelineState};

/// A pipeline: some components that one task runs in order.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pub(crate) id: PipelineId,
    pub(crate) state: PipelineState,
    /// Components have what they need to run.
    pub(crate) prepared: bool,
    /// The host has asked for the end of the stream.
    pub(crate) ending: bool,
    /// Its components, writers before their readers.
    pub(crate) order: Vec<Index>,
    pub(crate) task: TaskId,
    /// Its position slot.
    pub(crate) slot: u8,
}

impl Pipeline {
    pub(crate) const fn new(config: PipelineConfig, task: TaskId, slot: u8) -> Self {
        Self {
            id: config.id,
            state: PipelineState::Init,
            prepared: false,
            ending: false,
            order: Vec::new(),
            task,
            slot,
        }
    }

    /// Makes sure that a component can be added.
    pub(crate) fn reserve(&mut self) -> Result<(), OutOfMemory> {
        self.order.try_reserve(1).map_err(|_| OutOfMemory)
    }

    /// Neither runs nor is in the middle of its streams.
    pub(crate) const fn is_idle(&self) -> bool {
        matches!(self.state, PipelineState::Init | PipelineState::Ready)
    }

    /// Sorts the components so that writers come before their readers, and in
    /// the order of creation otherwise. `feeds(a, b)` says whether `a` writes to
    /// `b`. Components in a circle stay in their order.
    pub(crate) fn sort(&mut self, feeds: impl Fn(Index, Index) -> bool) {
        let order = &mut self.order;
        for place in 0..order.len() {
            let rest = &order[place..];
            let free = |reader: Index| !rest.iter().any(|writer| feeds(*writer, reader));
            let first = rest.iter().position(|reader| free(*reader));
            // Rotated, not swapped: the others keep their order.
            order[place..=place + first.unwrap_or(0)].rotate_right(1);
        }
    }
}

/// Position slots of a core, one for each pipeline.
#[derive(Debug)]
pub(crate) struct Slots(u32);

impl Slots {
    pub(crate) const fn new() -> Self {
        Self(0)
    }

    /// Takes a free slot.
    pub(crate) fn take(&mut self) -> Option<u8> {
        let slot = self.0.trailing_ones() as u8;
        if slot >= 32 {
            return None;
        }
        self.0 |= 1 << slot;
        Some(slot)
    }

    pub(crate) fn give_back(&mut self, slot: u8) {
        self.0 &= !(1 << (slot & 31));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::TaskList;

    fn sorted(count: Index, edges: &[(Index, Index)]) -> Vec<Index> {
        let config = PipelineConfig { id: 1, priority: 0 };
        let task = TaskList::new().create((), 0).unwrap();
        let mut pipeline = Pipeline::new(config, task, 0);
        pipeline.order = (0..count).collect();
        pipeline.sort(|writer, reader| edges.contains(&(writer, reader)));
        pipeline.order
    }

    #[test]
    fn writers_come_before_readers() {
        assert_eq!(sorted(3, &[(2, 1), (1, 0)]), [2, 1, 0]);
        assert_eq!(sorted(4, &[(0, 3), (3, 1), (2, 1)]), [0, 2, 3, 1]);
        assert_eq!(sorted(3, &[]), [0, 1, 2]);
    }

    #[test]
    fn a_circle_is_no_endless_loop() {
        assert_eq!(sorted(3, &[(0, 1), (1, 2), (2, 0)]), [0, 1, 2]);
    }

    #[test]
    fn slots_are_unique_and_come_back() {
        let mut slots = Slots::new();
        let all: Vec<u8> = (0..32).map(|_| slots.take().unwrap()).collect();
        assert_eq!(all, (0..32).collect::<Vec<u8>>());
        assert_eq!(slots.take(), None);
        slots.give_back(7);
        assert_eq!(slots.take(), Some(7));
        assert_eq!(slots.take(), None);
    }
}
