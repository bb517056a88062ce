//! Pipelines.

use alloc::vec::Vec;

use crate::own::OutOfMemory;
use crate::slab::Index;
use crate::task::TaskId;
use crate::{PipelineConfig, PipelineId, PipelineState};

/// Components that a pipeline can have: their order is made anew under the lock,
/// at each binding.
pub(crate) const MAX_COMPONENTS: usize = 32;

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

    /// Whether no component can be added.
    pub(crate) const fn is_full(&self) -> bool {
        self.order.len() >= MAX_COMPONENTS
    }

    /// Neither runs nor is in the middle of its streams.
    pub(crate) const fn is_idle(&self) -> bool {
        matches!(self.state, PipelineState::Init | PipelineState::Ready)
    }

    /// Sorts the components so that writers come before their readers, and in
    /// the order of creation otherwise. `readers` are those that a component
    /// writes to, each as often as it does. Components in a circle stay in their
    /// order.
    pub(crate) fn sort<R: Iterator<Item = Index>>(&mut self, readers: impl Fn(Index) -> R) {
        // How many inputs of each wait for a component that is not placed yet.
        let mut waiting = [0u16; MAX_COMPONENTS];
        let order = &mut self.order[..];
        let count = order.len().min(MAX_COMPONENTS);
        let (order, waiting) = (&mut order[..count], &mut waiting[..count]);
        for writer in order.iter() {
            for reader in readers(*writer) {
                if let Some(place) = order.iter().position(|found| *found == reader) {
                    waiting[place] += 1;
                }
            }
        }
        for place in 0..count {
            let first = waiting[place..].iter().position(|inputs| *inputs == 0);
            let end = place + first.unwrap_or(0);
            // Rotated, not swapped: the others keep their order.
            order[place..=end].rotate_right(1);
            waiting[place..=end].rotate_right(1);
            let (writer, rest) = (order[place], place + 1);
            for reader in readers(writer) {
                if let Some(found) = order[rest..].iter().position(|found| *found == reader) {
                    waiting[rest + found] -= 1;
                }
            }
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
    use proptest::prelude::*;

    fn sorted(count: Index, edges: &[(Index, Index)]) -> Vec<Index> {
        let config = PipelineConfig { id: 1, priority: 0 };
        let task = TaskList::new().create((), 0).unwrap();
        let mut pipeline = Pipeline::new(config, task, 0);
        pipeline.order = (0..count).collect();
        pipeline.sort(|writer| {
            let own = edges.iter().filter(move |(from, _)| *from == writer);
            own.map(|(_, to)| *to)
        });
        pipeline.order
    }

    /// What the order is by its definition.
    fn defined(count: Index, edges: &[(Index, Index)]) -> Vec<Index> {
        let mut rest: Vec<Index> = (0..count).collect();
        let mut order = Vec::new();
        while !rest.is_empty() {
            let free = |reader: &Index| !rest.iter().any(|from| edges.contains(&(*from, *reader)));
            let first = rest.iter().position(free).unwrap_or(0);
            order.push(rest.remove(first));
        }
        order
    }

    proptest! {
        #[test]
        fn any_graph_has_the_order_of_the_definition(
            count in 1..=MAX_COMPONENTS as Index,
            edges in prop::collection::vec((0..40 as Index, 0..40 as Index), 0..100),
        ) {
            prop_assert_eq!(sorted(count, &edges), defined(count, &edges));
        }
    }

    #[test]
    fn a_component_that_writes_to_another_twice() {
        assert_eq!(sorted(2, &[(1, 0), (1, 0)]), [1, 0]);
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
