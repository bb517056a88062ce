//! Which buffers are at the pins of a component.

use acelab_abi::ipc4::module_config::MAX_PINS;

use crate::slab::Index;

const NONE: Index = Index::MAX;

/// The buffers at one side of a component, by number of the queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pins([Index; MAX_PINS]);

impl Pins {
    /// Nothing is bound.
    pub(crate) const fn new() -> Self {
        Self([NONE; MAX_PINS])
    }

    pub(crate) fn get(&self, queue: u8) -> Option<Index> {
        let index = *self.0.get(usize::from(queue))?;
        (index != NONE).then_some(index)
    }

    pub(crate) fn set(&mut self, queue: u8, buffer: Index) {
        if let Some(pin) = self.0.get_mut(usize::from(queue)) {
            *pin = buffer;
        }
    }

    pub(crate) fn clear(&mut self, queue: u8) {
        self.set(queue, NONE);
    }

    /// The bound ones, in ascending order of their queue.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Index> + '_ {
        self.0.iter().copied().filter(|index| *index != NONE)
    }

    /// The first bound one.
    pub(crate) fn first(&self) -> Option<Index> {
        self.iter().next()
    }
}
