//! Instances that come and go, and what must then be mapped.

use acelab_abi::core_id::CoreId;

use super::World;
use super::model::Fails;
use crate::catalogue::{
    Catalogue, DIRECTORY_WORDS, Directory, Domain, DpSlot, ImageId, InstanceKey, LibraryId,
    RemoveError,
};
use crate::error::LoadError;

impl World {
    /// Makes or deletes an instance, or removes a library.
    pub(super) fn use_something(&mut self) {
        match self.random.below(8) {
            0..4 => self.acquire(),
            4 => self.release(),
            5 | 6 => self.remove(),
            _ => self.release_domain(),
        }
    }

    fn domain(&mut self) -> Domain {
        match self.random.below(2) {
            0 => Domain::Ll(CoreId::ALL[self.random.below(3)]),
            _ => Domain::Dp(DpSlot::new(self.random.below(3) as u8).expect("there are 16")),
        }
    }

    fn library_id(&mut self) -> LibraryId {
        LibraryId::new(1 + self.random.below(super::IDS) as u32).expect("there are 15")
    }

    fn acquire(&mut self) {
        let key = InstanceKey(self.random.below(20) as u32);
        let loaded: Vec<_> = self.model.libraries.keys().copied().collect();
        let library = match loaded.is_empty() || self.random.once_in(8) {
            true => self.library_id(),
            false => self.random.one_of(&loaded),
        };
        let image = ImageId {
            library,
            image: self.random.below(4) as u8,
        };
        let domain = self.domain();
        self.memory.fails_after = self.random.once_in(3).then(|| self.random.below(6));
        let exists = self.model.instances.contains_key(&key);
        let library = self.model.libraries.get(&image.library);
        let images = library.map_or(0, |library| library.judged.images.len());
        let expected = match (exists, usize::from(image.image) < images) {
            (true, _) => Err(LoadError::InstanceExists),
            (false, false) => Err(LoadError::NoImage),
            (false, true) => Ok(()),
        };
        let bound = match expected {
            Ok(()) => self.model.bind(image),
            Err(_) => Ok(()),
        };
        let result = self.catalogue.acquire(key, image, domain, &mut self.memory);
        let failed = self.memory.fails_after.is_none();
        self.memory.fails_after = None;
        match (result, expected, bound) {
            (Err(error), Err(expected), _) => assert_eq!(error, expected),
            (Err(LoadError::UnmetDependency(_)), Ok(()), Err(Fails::Unmet)) => {}
            (Err(LoadError::UnknownImport(_)), Ok(()), Err(Fails::Unknown)) => {}
            (Err(LoadError::NoPages), Ok(()), Ok(())) => assert!(failed),
            (Ok(place), Ok(()), Ok(())) => {
                assert_eq!(place.id, image);
                self.model.instances.insert(key, (image, domain));
                self.account.instances += 1;
                self.check_linked(image.library);
            }
            other => panic!("{other:?}"),
        }
    }

    fn release(&mut self) {
        let key = InstanceKey(self.random.below(20) as u32);
        let had = self.model.instances.remove(&key).is_some();
        assert_eq!(self.catalogue.release(key, &mut self.memory), had);
    }

    fn release_domain(&mut self) {
        let domain = self.domain();
        self.model
            .instances
            .retain(|_, (_, other)| *other != domain);
        self.catalogue.release_domain(domain, &mut self.memory);
    }

    fn remove(&mut self) {
        let id = self.library_id();
        let expected = match (
            self.model.libraries.contains_key(&id),
            self.model.is_used(id),
        ) {
            (false, _) => Err(RemoveError::Unknown),
            (true, true) => Err(RemoveError::Busy),
            (true, false) => Ok(()),
        };
        let removed = self.catalogue.remove(id);
        assert_eq!(removed.map(|_| ()), expected);
        if removed.is_ok() {
            self.model.remove(id);
            self.memory.store.remove(&id);
        }
    }

    /// What is mapped, copied and counted is what instances need.
    pub(super) fn check_usage(&self) {
        let mut mapped = std::collections::BTreeMap::new();
        for (image, domain) in self.model.instances.values() {
            for image in self.model.closure(*image).expect("it is bound") {
                *mapped.entry((image, *domain)).or_insert(0u16) += 1;
            }
        }
        for ((image, domain), count) in &mapped {
            assert_eq!(self.catalogue.users(*image, *domain), *count);
        }
        assert!(mapped.keys().eq(&self.memory.mapped), "mapped");
        let copied = mapped.keys().map(|(image, _)| *image);
        let copied: std::collections::BTreeSet<_> = copied.collect();
        assert_eq!(copied, self.memory.copied, "copied");
        let libraries = self.catalogue.libraries().map(|(id, _)| id);
        assert!(libraries.eq(self.model.libraries.keys().copied()), "loaded");
    }

    /// A boot that finds the store as it is has the same libraries in the same
    /// places.
    fn check_directory(&mut self) {
        let mut page = [0; DIRECTORY_WORDS];
        self.catalogue.save(&mut page);
        let mut restored = Catalogue::new();
        let mut memory = self.memory.clone();
        let directory = Directory::read(&page).expect("it was just written");
        for entry in directory.entries() {
            let stored = self.memory.store[&entry.id()].clone();
            let reservation = restored.reserve_at(&entry, &stored.manifest());
            let reservation = reservation.expect("it had this place");
            // Whatever it was bound to, it is bound to what there is now; an image
            // that was waiting may be one that nobody can bind.
            if restored.commit(reservation, &mut memory).is_err() {
                return;
            }
        }
        let sorted = |catalogue: &Catalogue| {
            let mut places: Vec<_> = catalogue.placements().collect();
            places.sort_by_key(|place| place.id);
            places
        };
        assert_eq!(sorted(&restored), sorted(&self.catalogue));
        page[self.random.below(190)] ^= 1 << self.random.below(32);
        assert!(Directory::read(&page).is_none());
    }

    /// Deletes all instances and removes all libraries.
    ///
    /// # Panics
    ///
    /// If anything is left.
    pub fn clear(&mut self) {
        self.check_directory();
        for key in std::mem::take(&mut self.model.instances).into_keys() {
            assert!(self.catalogue.release(key, &mut self.memory));
        }
        self.check_usage();
        for id in std::mem::take(&mut self.model.libraries).into_keys() {
            assert!(self.catalogue.remove(id).is_ok());
            self.memory.store.remove(&id);
        }
        self.model.bound.clear();
        assert_eq!(self.catalogue.placements().count(), 0);
        assert_eq!(self.catalogue.instances().count(), 0);
    }
}
