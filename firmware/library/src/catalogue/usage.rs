//! Instances come and go.

use super::{Catalogue, Domain, ImageId, Images, Instance, InstanceKey, Placement};
use crate::error::LoadError;

impl Catalogue {
    /// Makes an image, and what it depends on, usable in a domain for an instance.
    /// Where the image lies.
    ///
    /// # Errors
    ///
    /// When a dependency is missing, `memory` fails, or there is no room; then
    /// nothing has changed but that images may have been bound.
    pub fn acquire(
        &mut self,
        key: InstanceKey,
        image: ImageId,
        domain: Domain,
        memory: &mut impl Images,
    ) -> Result<Placement, LoadError> {
        if self.find(key).is_some() {
            return Err(LoadError::InstanceExists);
        }
        let loaded = self.library(image.library).is_some();
        let slot = self.slot_of(image).filter(|_| loaded);
        let slot = slot.ok_or(LoadError::NoImage)?;
        let free = self.instances.iter().position(Option::is_none);
        let free = free.ok_or(LoadError::TableFull)?;
        let order = self.order(slot)?;
        self.bind(&order, memory)?;
        let slots = order.slots();
        for (done, needed) in slots.iter().enumerate() {
            if let Err(error) = self.add(*needed, domain, memory) {
                self.subtract_all(&slots[..done], domain, memory);
                return Err(error);
            }
        }
        self.instances[free] = Some(Instance {
            key,
            image: slot,
            domain,
        });
        let image = self.image(slot).ok_or(LoadError::NoImage)?;
        Ok(image.place)
    }

    /// An instance is gone. Whether it had an image.
    pub fn release(&mut self, key: InstanceKey, memory: &mut impl Images) -> bool {
        let Some(place) = self.find(key) else {
            return false;
        };
        self.release_at(place, memory);
        true
    }

    /// All instances of a domain are gone.
    pub fn release_domain(&mut self, domain: Domain, memory: &mut impl Images) {
        for place in 0..self.instances.len() {
            let here = self.instances[place].as_ref();
            if here.is_some_and(|instance| instance.domain == domain) {
                self.release_at(place, memory);
            }
        }
    }

    fn find(&self, key: InstanceKey) -> Option<usize> {
        let has = |slot: &Option<Instance>| slot.as_ref().is_some_and(|i| i.key == key);
        self.instances.iter().position(has)
    }

    fn release_at(&mut self, place: usize, memory: &mut impl Images) {
        let Some(instance) = self.instances[place].take() else {
            return;
        };
        // Images of an instance are bound, so they have an order.
        if let Ok(order) = self.order(instance.image) {
            self.subtract_all(order.slots(), instance.domain, memory);
        }
    }

    /// One user less of each of these images, the last one first.
    fn subtract_all(&mut self, slots: &[u8], domain: Domain, memory: &mut impl Images) {
        for slot in slots.iter().rev() {
            self.subtract(*slot, domain, memory);
        }
    }

    /// One more user of an image in a domain; the first one maps it.
    fn add(&mut self, slot: u8, domain: Domain, memory: &mut impl Images) -> Result<(), LoadError> {
        let image = self.image_mut(slot).ok_or(LoadError::NoImage)?;
        let copied = image.is_used();
        let count = &mut image.users[domain.index()];
        if *count == 0 {
            if !copied {
                memory.copy(&image.place)?;
            }
            if let Err(error) = memory.map(&image.place, domain) {
                if !copied {
                    memory.free(&image.place);
                }
                return Err(error);
            }
        }
        // There are fewer instances than a count can hold.
        *count += 1;
        Ok(())
    }

    /// One user less; the last one of a domain unmaps, the last of all frees.
    fn subtract(&mut self, slot: u8, domain: Domain, memory: &mut impl Images) {
        let Some(image) = self.image_mut(slot) else {
            return;
        };
        let count = &mut image.users[domain.index()];
        match count.checked_sub(1) {
            None => return,
            Some(less) => *count = less,
        }
        if *count > 0 {
            return;
        }
        memory.unmap(&image.place, domain);
        if !image.is_used() {
            memory.free(&image.place);
        }
    }
}
