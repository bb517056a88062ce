//! A loader that is offered files, and a model of what it should make of them.

mod account;
mod linked;
mod memory;
mod model;
mod usage;

pub use account::Account;

use super::oracle::{self, Judged};
use super::random::Random;
use crate::catalogue::{Catalogue, ImageId, LibraryId, PageRange, STORE_PAGES, WINDOW_PAGES};
use crate::error::LoadError;
use crate::format::{Abi, BODY_WORD, MANIFEST_WORDS, PAGE_WORDS};
use crate::link;
use crate::manifest::{Manifest, Unsigned};
use crate::parts::Parts;
use memory::{Memory, Stored};
use model::{Fails, Model};

/// Library ids that are in use: so few that they are taken now and then.
const IDS: usize = 8;

/// A loader with what it loaded.
#[derive(Clone, Debug)]
pub struct World {
    random: Random,
    catalogue: Catalogue,
    memory: Memory,
    model: Model,
    /// What became of the files so far.
    pub account: Account,
}

impl World {
    /// Nothing is loaded.
    #[must_use]
    pub fn new(random: Random) -> Self {
        Self {
            random,
            catalogue: Catalogue::new(),
            memory: Memory::default(),
            model: Model::default(),
            account: Account::default(),
        }
    }

    /// Whether a loader that has no other library takes a file, as the rules and the
    /// model say.
    pub(super) fn takes_alone(file: &[u32], abi: Abi) -> bool {
        let judged = oracle::judge(file, abi);
        Self::new(Random::new(0)).expect(1, &judged).is_ok()
    }

    /// Loads a file under some id, and does this and that with what is loaded.
    ///
    /// # Panics
    ///
    /// If anything is not as it should be.
    pub fn offer(&mut self, file: &[u32], abi: Abi) {
        let id = match self.random.below(20) {
            0 => self.random.word(),
            1 => 0,
            _ => self.likely_id(),
        };
        let judged = oracle::judge(file, abi);
        let expected = self.expect(id, &judged);
        let before = self.catalogue.clone();
        let result = self.load(id, file, abi);
        self.account.count(&result);
        match (&result, expected) {
            (Ok(id), Ok(())) => self.check_linked(*id),
            (Err(error), Err(reason)) => {
                assert!(
                    reason.is_none_or(|reason| reason == *error),
                    "{reason:?} {error:?}"
                );
                let same = before.placements().eq(self.catalogue.placements());
                assert!(same, "a failed load leaves something behind: {error}");
            }
            (result, expected) => {
                panic!("{result:?}, but expected {expected:?}; rules: {judged:?}")
            }
        }
        for _ in 0..self.random.below(4) {
            self.use_something();
        }
        self.check_usage();
    }

    /// An id that is mostly free.
    fn likely_id(&mut self) -> u32 {
        let start = self.random.below(IDS);
        let ids = (0..IDS).map(|step| 1 + ((start + step) % IDS) as u32);
        let taken = |id: u32| self.catalogue.admit(id).is_err();
        let free = ids.into_iter().find(|id| !taken(*id));
        match free {
            Some(id) if !self.random.once_in(8) => id,
            _ => 1 + start as u32,
        }
    }

    /// Whether a load ought to succeed, or with what error it ought to fail.
    fn expect(
        &mut self,
        id: u32,
        judged: &Result<Judged, &'static str>,
    ) -> Result<(), Option<LoadError>> {
        let library = LibraryId::new(id).map_err(Some)?;
        if self.model.libraries.contains_key(&library) {
            return Err(Some(LoadError::Loaded(id)));
        }
        let judged = judged.as_ref().map_err(|_| None)?;
        if !self.has_room(judged) || self.model.has_cycle(library, judged) {
            return Err(None);
        }
        match self.model.load(library, judged.clone()) {
            Ok(()) => Ok(()),
            Err(Fails::Unmet | Fails::Unknown) => Err(None),
        }
    }

    /// Whether there are ranges for the library, looked for page by page. Files of
    /// these tests never fill the store.
    fn has_room(&self, judged: &Judged) -> bool {
        let mut taken = vec![false; WINDOW_PAGES as usize];
        let mut take = |range: PageRange| {
            let pages = range.start as usize..(range.end() + 1) as usize;
            taken[pages].fill(true);
        };
        self.catalogue
            .placements()
            .for_each(|place| take(place.window));
        let slots = self.catalogue.placements().count() + judged.images.len();
        let ranges = judged.images.iter().all(|image| {
            let pages = image.pages as usize + 1;
            let starts = 0..=(WINDOW_PAGES as usize).saturating_sub(pages);
            let free = |start: &usize| {
                taken
                    .get(*start..*start + pages)
                    .is_some_and(|p| !p.contains(&true))
            };
            let found = starts.into_iter().find(free);
            if let Some(start) = found {
                taken[start..start + pages].fill(true);
            }
            found.is_some()
        });
        ranges && slots <= crate::catalogue::MAX_ALL_IMAGES
    }

    /// What firmware does with a file that arrives.
    fn load(&mut self, id: u32, file: &[u32], abi: Abi) -> Result<LibraryId, LoadError> {
        let id = self.catalogue.admit(id)?;
        let manifest = Manifest::parse(file.get(..MANIFEST_WORDS).unwrap_or(file), abi)?;
        manifest.authenticate(file, &Unsigned)?;
        let reservation = self.catalogue.reserve(id, &manifest)?;
        let store = reservation.store().pages;
        assert!(store.start > 0 && store.end() <= STORE_PAGES);
        if let Err(error) = self.receive(id, &manifest, file) {
            self.catalogue.abandon(reservation);
            self.memory.store.remove(&id);
            return Err(error);
        }
        let committed = self.catalogue.commit(reservation, &mut self.memory);
        if committed.is_err() {
            self.memory.store.remove(&id);
        }
        committed.map(|()| id)
    }

    fn receive(
        &mut self,
        id: LibraryId,
        manifest: &Manifest<'_>,
        file: &[u32],
    ) -> Result<(), LoadError> {
        let chunk = 1 + self.random.below(12_000);
        let mut parts = Parts::new(manifest);
        file.chunks(chunk).try_for_each(|words| parts.feed(words))?;
        if file.len() < manifest.pages() as usize * PAGE_WORDS {
            return Err(LoadError::Stalled {
                received: file.len() as u32 * 4,
            });
        }
        parts.finish()?;
        let mut words = file.to_vec();
        let (_, body) = words.split_at_mut(BODY_WORD);
        for image in manifest.images() {
            let image_id = ImageId {
                library: id,
                image: image.index() as u8,
            };
            let place = self.catalogue.placement(image_id);
            let place = place.expect("it is reserved");
            assert_eq!(place.window.pages, image.pages());
            link::relocate(&image, body, place.base())?;
            self.account.sites += u64::from(image.site_count());
        }
        let original = file.to_vec();
        let stored = Stored {
            original,
            words,
            known: manifest.known(),
        };
        self.memory.store.insert(id, stored);
        Ok(())
    }
}
