//! Libraries come and go.

use super::graph::Order;
use super::space::first_fit;
use super::{
    Catalogue, ImageId, ImageSlot, Images, LibraryId, LibrarySlot, MAX_DOMAINS, PageRange,
    Placement, STAGING, Stored, WINDOW_PAGES,
};
use crate::catalogue::Entry;
use crate::error::LoadError;
use crate::manifest::{Image, Manifest};

/// Pages of the store for files: all but the directory's and those at the end,
/// where a manifest lies until it is known how large its file is.
const FILES: PageRange = PageRange {
    start: 1,
    pages: STAGING.start - 1,
};
const WINDOW: PageRange = PageRange {
    start: 0,
    pages: WINDOW_PAGES,
};
/// Pages behind each image that nothing is ever mapped to.
const GUARD: u32 = 1;

/// Places that are kept for a library while it is loaded. To be given back to
/// [`Catalogue::commit`] or [`Catalogue::abandon`].
#[must_use]
#[derive(Debug, PartialEq, Eq)]
pub struct Reservation {
    id: LibraryId,
    store: Stored,
}

impl Reservation {
    /// The library.
    #[must_use]
    pub const fn id(&self) -> LibraryId {
        self.id
    }

    /// Its file, and where that is to lie.
    #[must_use]
    pub const fn store(&self) -> Stored {
        self.store
    }
}

/// Why a library stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemoveError {
    /// There is none with this id.
    Unknown,
    /// Instances use it, or what it exports.
    Busy,
}

impl Catalogue {
    /// The id of a library that is not loaded yet.
    ///
    /// # Errors
    ///
    /// [`LoadError::LibraryId`] or [`LoadError::Loaded`].
    pub fn admit(&self, id: u32) -> Result<LibraryId, LoadError> {
        let library = LibraryId::new(id)?;
        match self.libraries[library.index()] {
            None => Ok(library),
            Some(_) => Err(LoadError::Loaded(id)),
        }
    }

    /// Keeps places in the store and in the module window for a library.
    ///
    /// # Errors
    ///
    /// When there is no room, or its dependencies would lead in a circle; then
    /// nothing has changed.
    pub fn reserve(
        &mut self,
        id: LibraryId,
        manifest: &Manifest<'_>,
    ) -> Result<Reservation, LoadError> {
        let pages = manifest.pages();
        if pages > FILES.pages {
            return Err(LoadError::TooLarge(pages));
        }
        let taken = self.libraries.iter().flatten().map(|slot| slot.store.pages);
        let store = first_fit(FILES, pages, taken).ok_or(LoadError::StoreFull(pages))?;
        self.enter(id, store, manifest, |catalogue, image| {
            let pages = image.pages();
            let taken = catalogue.guarded();
            let range = first_fit(WINDOW, pages.saturating_add(GUARD), taken);
            let range = range.ok_or(LoadError::WindowFull(pages))?;
            Ok(PageRange { pages, ..range })
        })
    }

    /// Keeps the places that a library had before a reset.
    ///
    /// # Errors
    ///
    /// When they are not free, or not of its size; then nothing has changed.
    pub fn reserve_at(
        &mut self,
        entry: &Entry,
        manifest: &Manifest<'_>,
    ) -> Result<Reservation, LoadError> {
        let store = entry.store();
        let mut taken = self.libraries.iter().flatten();
        let free = taken.all(|slot| !slot.store.pages.overlaps(store));
        let inside = store.start >= FILES.start && store.end() <= FILES.end();
        if !free || !inside || store.pages != manifest.pages() {
            return Err(LoadError::StoreFull(store.pages));
        }
        self.enter(entry.id(), store, manifest, |catalogue, image| {
            let pages = image.pages();
            let start = entry.window(image.index());
            let full = LoadError::WindowFull(pages);
            let start = start.ok_or(full)?;
            let guarded = PageRange {
                start,
                pages: pages.saturating_add(GUARD),
            };
            let free = catalogue.guarded().all(|other| !other.overlaps(guarded));
            match free && guarded.end() <= WINDOW.end() {
                true => Ok(PageRange { start, pages }),
                false => Err(full),
            }
        })
    }

    /// Windows of all images, with their guards.
    fn guarded(&self) -> impl Iterator<Item = PageRange> + Clone {
        let images = self.images.iter().flatten();
        images.map(|image| PageRange {
            pages: image.place.window.pages + GUARD,
            ..image.place.window
        })
    }

    fn enter(
        &mut self,
        id: LibraryId,
        pages: PageRange,
        manifest: &Manifest<'_>,
        place: impl Fn(&Self, &Image<'_>) -> Result<PageRange, LoadError>,
    ) -> Result<Reservation, LoadError> {
        self.admit(u32::from(id.number()))?;
        let store = Stored {
            pages,
            known: manifest.known(),
        };
        self.libraries[id.index()] = Some(LibrarySlot { store, sequence: 0 });
        let entered = manifest
            .images()
            .try_for_each(|image| {
                let window = place(self, &image)?;
                self.enter_image(id, store, window, manifest, &image)
            })
            .and_then(|()| self.check_cycles());
        match entered {
            Ok(()) => Ok(Reservation { id, store }),
            Err(error) => {
                self.forget(id);
                Err(error)
            }
        }
    }

    fn enter_image(
        &mut self,
        library: LibraryId,
        store: Stored,
        window: PageRange,
        manifest: &Manifest<'_>,
        image: &Image<'_>,
    ) -> Result<(), LoadError> {
        let slot = self.images.iter_mut().find(|slot| slot.is_none());
        let slot = slot.ok_or(LoadError::TableFull)?;
        let mut names = image.dependencies();
        *slot = Some(ImageSlot {
            place: Placement {
                id: ImageId {
                    library,
                    image: image.index() as u8,
                },
                store,
                window,
            },
            auxiliary: manifest.auxiliary(image.index()),
            needs: core::array::from_fn(|_| names.next()),
            bound: None,
            users: [0; MAX_DOMAINS],
        });
        Ok(())
    }

    /// The library is in the store, checked and relocated. Binds its images, but
    /// those whose dependencies are not loaded.
    ///
    /// # Errors
    ///
    /// [`LoadError::UnknownImport`]; then the library is gone again.
    pub fn commit(
        &mut self,
        reservation: Reservation,
        memory: &mut impl Images,
    ) -> Result<(), LoadError> {
        let id = reservation.id;
        self.loads = self.loads.saturating_add(1);
        if let Some(slot) = &mut self.libraries[id.index()] {
            slot.sequence = self.loads;
        }
        for slot in 0..self.images.len() as u8 {
            let ours = self.image(slot).is_some_and(|i| i.place.id.library == id);
            if !ours {
                continue;
            }
            let bound = self.order(slot).and_then(|order| self.bind(&order, memory));
            match bound {
                Ok(()) | Err(LoadError::UnmetDependency(_)) => {}
                Err(error) => {
                    self.forget(id);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// The library does not come after all.
    pub fn abandon(&mut self, reservation: Reservation) {
        self.forget(reservation.id);
    }

    /// Removes a library that nobody uses; the pages of the store that are free
    /// then.
    ///
    /// # Errors
    ///
    /// [`RemoveError`]; then nothing has changed.
    pub fn remove(&mut self, id: LibraryId) -> Result<PageRange, RemoveError> {
        let store = self.library(id).ok_or(RemoveError::Unknown)?;
        let mut ours = self.images.iter().flatten();
        if ours.any(|image| image.place.id.library == id && image.is_used()) {
            return Err(RemoveError::Busy);
        }
        self.forget(id);
        Ok(store.pages)
    }

    /// Takes out a library, and unbinds what is bound to it.
    fn forget(&mut self, id: LibraryId) {
        let mut gone = [false; super::MAX_ALL_IMAGES];
        for (gone, slot) in gone.iter_mut().zip(&mut self.images) {
            *gone = slot.as_ref().is_some_and(|i| i.place.id.library == id);
            if *gone {
                *slot = None;
            }
        }
        for image in self.images.iter_mut().flatten() {
            let slots = image.bound.iter().flatten().flatten();
            let lost = slots.into_iter().any(|slot| gone[usize::from(*slot)]);
            if lost {
                image.bound = None;
            }
        }
        self.libraries[id.index()] = None;
    }

    /// Binds each image of an order that is not bound.
    pub(super) fn bind(
        &mut self,
        order: &Order,
        memory: &mut impl Images,
    ) -> Result<(), LoadError> {
        for slot in order.slots().iter().copied() {
            let Some(image) = self.image(slot).filter(|image| image.bound.is_none()) else {
                continue;
            };
            let place = image.place;
            let bound = self.resolve(slot)?;
            let mut places = [place; crate::format::MAX_DEPENDENCIES as usize];
            let mut count = 0;
            for dependency in bound.iter().flatten() {
                let dependency = self.image(*dependency).ok_or(LoadError::NoImage)?;
                places[count] = dependency.place;
                count += 1;
            }
            memory.bind(&place, &places[..count])?;
            if let Some(image) = self.image_mut(slot) {
                image.bound = Some(bound);
            }
        }
        Ok(())
    }
}
