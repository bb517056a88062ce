//! Who depends on whom.

use super::{Catalogue, LibraryId, MAX_ALL_IMAGES};
use crate::error::LoadError;
use crate::format::{MAX_DEPENDENCIES, Name};

/// Most images that one instance needs, its own among them.
const MAX_ORDER: usize = 8;

/// Slots of images, dependencies first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    slots: [u8; MAX_ORDER],
    count: usize,
}

impl Order {
    const EMPTY: Self = Self {
        slots: [0; MAX_ORDER],
        count: 0,
    };

    /// Dependencies first.
    pub fn slots(&self) -> &[u8] {
        &self.slots[..self.count]
    }

    fn contains(&self, slot: u8) -> bool {
        self.slots().contains(&slot)
    }

    /// Adds a slot if it is not there.
    fn add(&mut self, slot: u8) -> Result<(), LoadError> {
        if self.contains(slot) {
            return Ok(());
        }
        let place = self.slots.get_mut(self.count);
        *place.ok_or(LoadError::DependencyDepth)? = slot;
        self.count += 1;
        Ok(())
    }
}

/// Slots of an image's dependencies.
type Dependencies = [Option<u8>; MAX_DEPENDENCIES as usize];

impl Catalogue {
    /// The slots that an image depends on: those that it is bound to, else those
    /// that have the names now.
    pub(super) fn resolve(&self, slot: u8) -> Result<Dependencies, LoadError> {
        let image = self.image(slot).ok_or(LoadError::NoImage)?;
        if let Some(bound) = image.bound {
            return Ok(bound);
        }
        let mut found = [None; MAX_DEPENDENCIES as usize];
        for (found, name) in found.iter_mut().zip(image.needs) {
            if let Some(name) = name {
                let provider = self.provider(name, image.place.id.library);
                *found = Some(provider.ok_or(LoadError::UnmetDependency(name))?);
            }
        }
        Ok(found)
    }

    /// The auxiliary image with this name: in the library itself, else in the one
    /// that was loaded last.
    fn provider(&self, name: Name, own: LibraryId) -> Option<u8> {
        let named = self
            .slots()
            .filter(|(_, image)| image.auxiliary == Some(name));
        let ranked = named.filter_map(|(slot, image)| {
            let library = image.place.id.library;
            let loaded = self.libraries[library.index()].as_ref()?.sequence;
            (loaded > 0).then_some(((library == own, loaded), slot))
        });
        ranked.max_by_key(|(rank, _)| *rank).map(|(_, slot)| slot)
    }

    /// All that an image needs, itself last.
    pub(super) fn order(&self, slot: u8) -> Result<Order, LoadError> {
        let mut needed = Order::EMPTY;
        needed.add(slot)?;
        let mut next = 0;
        while next < needed.count {
            for dependency in self.resolve(needed.slots[next])?.into_iter().flatten() {
                needed.add(dependency)?;
            }
            next += 1;
        }
        let mut order = Order::EMPTY;
        while order.count < needed.count {
            let before = order.count;
            for slot in needed.slots() {
                let dependencies = self.resolve(*slot)?;
                if dependencies.iter().flatten().all(|d| order.contains(*d)) {
                    order.add(*slot)?;
                }
            }
            if order.count == before {
                // Names do not lead in a circle, so slots cannot either.
                return Err(LoadError::DependencyDepth);
            }
        }
        Ok(order)
    }

    /// Whether names of dependencies lead in a circle, in whatever versions. What
    /// has only dependencies that are done is done, until nothing is left.
    pub(super) fn check_cycles(&self) -> Result<(), LoadError> {
        let mut done = [false; MAX_ALL_IMAGES];
        loop {
            let open = |slot: u8| !done[usize::from(slot)];
            let waits = |name: &Name| {
                self.slots()
                    .any(|(slot, image)| open(slot) && image.auxiliary == Some(*name))
            };
            let ready = self
                .slots()
                .find(|(slot, image)| open(*slot) && !image.needs.iter().flatten().any(waits));
            match ready {
                Some((slot, _)) => done[usize::from(slot)] = true,
                None => break,
            }
        }
        let left = self.slots().find(|(slot, _)| !done[usize::from(*slot)]);
        let name = left.and_then(|(_, image)| image.needs.iter().flatten().next());
        match name {
            None => Ok(()),
            Some(name) => Err(LoadError::CyclicDependency(*name)),
        }
    }
}
