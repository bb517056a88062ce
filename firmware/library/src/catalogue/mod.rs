//! What is loaded, where it lies, and who uses it.
//!
//! A pure state machine. What has to happen to memory it asks of [`Images`], in
//! an order that is right whatever fails: dependencies before what depends on
//! them, released after it; a failure undoes what was done for the same instance.

mod directory;
mod graph;
mod ids;
mod library;
mod slots;
mod space;
mod usage;

pub use directory::{DIRECTORY_WORDS, Directory, Entry};
pub use ids::{
    Domain, DpSlot, ImageId, InstanceKey, LibraryId, MAX_DOMAINS, MAX_DP, MAX_LIBRARIES,
};
pub use library::{RemoveError, Reservation};
pub use slots::DpSlots;
pub use space::PageRange;

use acelab_abi::memory::{LIBRARY_STORE, MODULE_WINDOW, PAGE_SIZE};

use crate::error::LoadError;
use crate::format::{MAX_DEPENDENCIES, MIN_PAGES, Name};
use crate::manifest::{Known, Manifest};

/// Most images of all libraries.
pub const MAX_ALL_IMAGES: usize = 32;
/// Most instances of all loadable modules.
pub const MAX_INSTANCES: usize = 128;
/// Pages of the store. The directory is in the first.
pub const STORE_PAGES: u32 = LIBRARY_STORE.size / PAGE_SIZE;
/// Pages at the end of the store for the manifest of a library that is arriving.
pub const STAGING: PageRange = PageRange {
    start: STORE_PAGES - MIN_PAGES,
    pages: MIN_PAGES,
};
/// Pages of the module window.
pub const WINDOW_PAGES: u32 = MODULE_WINDOW.size / PAGE_SIZE;

/// What the catalogue needs done to memory.
pub trait Images {
    /// Sets the imports of an image in the store, from the firmware's own exports
    /// and then from those of `dependencies`, in their order.
    ///
    /// # Errors
    ///
    /// [`LoadError::UnknownImport`] when nobody exports one.
    fn bind(&mut self, image: &Placement, dependencies: &[Placement]) -> Result<(), LoadError>;

    /// Takes pages for what all domains share of an image, its text and constants,
    /// and fills them from the store.
    ///
    /// # Errors
    ///
    /// [`LoadError::NoPages`], and then nothing has changed.
    fn copy(&mut self, image: &Placement) -> Result<(), LoadError>;

    /// Maps what is shared of an image into a domain, and its data, in new pages
    /// that are filled from the store.
    ///
    /// # Errors
    ///
    /// [`LoadError::NoPages`], and then nothing has changed.
    fn map(&mut self, image: &Placement, domain: Domain) -> Result<(), LoadError>;

    /// Takes an image away from a domain, and frees the domain's data of it.
    fn unmap(&mut self, image: &Placement, domain: Domain);

    /// Frees what [`Images::copy`] took.
    fn free(&mut self, image: &Placement);
}

/// A file in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Where it lies.
    pub pages: PageRange,
    /// Its manifest, which was checked before the file had a place.
    known: Known,
}

impl Stored {
    /// The manifest of the file, which begins with these words.
    ///
    /// # Errors
    ///
    /// See [`Known::open`].
    pub fn manifest<'a>(&self, words: &'a [u32]) -> Result<Manifest<'a>, LoadError> {
        self.known.open(words)
    }
}

/// Where an image lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Which image.
    pub id: ImageId,
    /// Its library's file.
    pub store: Stored,
    /// Its pages in the module window.
    pub window: PageRange,
}

impl Placement {
    /// The address of its first byte in every domain that has it.
    #[must_use]
    pub const fn base(&self) -> u32 {
        MODULE_WINDOW.base + self.window.start * PAGE_SIZE
    }

    /// The address of the first byte of its library's file in the store.
    #[must_use]
    pub const fn file(&self) -> u32 {
        LIBRARY_STORE.base + self.store.pages.start * PAGE_SIZE
    }
}

/// An image of a library.
#[derive(Clone, Debug)]
struct ImageSlot {
    place: Placement,
    /// The name others import from it by.
    auxiliary: Option<Name>,
    /// What it imports from.
    needs: [Option<Name>; MAX_DEPENDENCIES as usize],
    /// The slots that its imports are bound to.
    bound: Option<[Option<u8>; MAX_DEPENDENCIES as usize]>,
    /// Instances that need it, for each domain.
    users: [u16; MAX_DOMAINS],
}

impl ImageSlot {
    fn is_used(&self) -> bool {
        self.users.iter().any(|count| *count > 0)
    }
}

/// A library.
#[derive(Clone, Debug)]
struct LibrarySlot {
    store: Stored,
    /// Which load it was, counted from 1; 0 while it is being loaded.
    sequence: u32,
}

/// An instance of a loadable module.
#[derive(Clone, Debug)]
struct Instance {
    key: InstanceKey,
    /// Slot of its image.
    image: u8,
    domain: Domain,
}

/// All libraries, images and instances.
#[derive(Clone, Debug)]
pub struct Catalogue {
    libraries: [Option<LibrarySlot>; MAX_LIBRARIES],
    images: [Option<ImageSlot>; MAX_ALL_IMAGES],
    instances: [Option<Instance>; MAX_INSTANCES],
    /// Loads so far.
    loads: u32,
}

impl Default for Catalogue {
    fn default() -> Self {
        Self::new()
    }
}

impl Catalogue {
    /// Nothing is loaded.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            libraries: [const { None }; MAX_LIBRARIES],
            images: [const { None }; MAX_ALL_IMAGES],
            instances: [const { None }; MAX_INSTANCES],
            loads: 0,
        }
    }

    /// The libraries that are loaded, in order of their ids, with their files.
    pub fn libraries(&self) -> impl Iterator<Item = (LibraryId, Stored)> {
        let slots = LibraryId::all().zip(&self.libraries);
        slots.filter_map(|(id, slot)| {
            let slot = slot.as_ref().filter(|slot| slot.sequence > 0)?;
            Some((id, slot.store))
        })
    }

    /// The file of a loaded library.
    #[must_use]
    pub fn library(&self, id: LibraryId) -> Option<Stored> {
        let mut all = self.libraries();
        all.find(|(other, _)| *other == id).map(|(_, store)| store)
    }

    /// Where an image lies.
    #[must_use]
    pub fn placement(&self, id: ImageId) -> Option<Placement> {
        let slot = self.slot_of(id)?;
        Some(self.image(slot)?.place)
    }

    /// Where all images lie.
    pub fn placements(&self) -> impl Iterator<Item = Placement> {
        self.images.iter().flatten().map(|image| image.place)
    }

    /// Instances in a domain that need an image, their own or one of its
    /// dependents.
    #[must_use]
    pub fn users(&self, id: ImageId, domain: Domain) -> u16 {
        let image = self.slot_of(id).and_then(|slot| self.image(slot));
        image.map_or(0, |image| image.users[domain.index()])
    }

    /// The instances that have an image.
    pub fn instances(&self) -> impl Iterator<Item = (InstanceKey, Domain)> {
        let instances = self.instances.iter().flatten();
        instances.map(|instance| (instance.key, instance.domain))
    }

    fn image(&self, slot: u8) -> Option<&ImageSlot> {
        self.images.get(usize::from(slot))?.as_ref()
    }

    fn image_mut(&mut self, slot: u8) -> Option<&mut ImageSlot> {
        self.images.get_mut(usize::from(slot))?.as_mut()
    }

    fn slot_of(&self, id: ImageId) -> Option<u8> {
        let place = |slot: &Option<ImageSlot>| slot.as_ref().is_some_and(|s| s.place.id == id);
        let slot = self.images.iter().position(place)?;
        u8::try_from(slot).ok()
    }

    /// The slots in use, in order.
    fn slots(&self) -> impl Iterator<Item = (u8, &ImageSlot)> {
        let slots = (0..).zip(&self.images);
        slots.filter_map(|(slot, image)| Some((slot, image.as_ref()?)))
    }
}
