//! A store and domains that only know what they hold.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalogue::{Domain, ImageId, Images, LibraryId, Placement};
use crate::error::LoadError;
use crate::format::{BODY_WORD, Symbol};
use crate::fuzz::generate::FIRMWARE;
use crate::link::{self, Addresses};
use crate::manifest::{Image, Known, Manifest};

/// A file in the store.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    /// As it came.
    pub original: Vec<u32>,
    /// As it is linked.
    pub words: Vec<u32>,
    pub known: Known,
}

impl Stored {
    pub fn manifest(&self) -> Manifest<'_> {
        self.known.open(&self.words).expect("it was parsed before")
    }

    /// Manifest and body.
    pub fn split(&mut self) -> (Manifest<'_>, &mut [u32]) {
        let (head, body) = self.words.split_at_mut(BODY_WORD);
        let manifest = self.known.open(head);
        (manifest.expect("it was parsed before"), body)
    }
}

/// The address of a symbol of the firmware.
pub(super) fn firmware(symbol: &[u8]) -> Option<u32> {
    let index = FIRMWARE.iter().position(|name| name.as_bytes() == symbol)?;
    Some(0xA010_0000 + 0x40 * index as u32)
}

/// What the catalogue's orders come to.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory {
    pub store: BTreeMap<LibraryId, Stored>,
    pub copied: BTreeSet<ImageId>,
    pub mapped: BTreeSet<(ImageId, Domain)>,
    /// Orders that succeed before one that fails.
    pub fails_after: Option<usize>,
}

impl Memory {
    fn may_fail(&mut self) -> Result<(), LoadError> {
        match self.fails_after.take() {
            Some(0) => Err(LoadError::NoPages),
            Some(more) => {
                self.fails_after = Some(more - 1);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The image that lies there, read as firmware does.
    fn image(&self, place: &Placement) -> Result<Image<'_>, LoadError> {
        let words = &self.store[&place.id.library].words;
        let image = place.store.manifest(words)?.image(place.id.image.into());
        Ok(image.expect("it has a place"))
    }
}

impl Images for Memory {
    fn bind(&mut self, place: &Placement, dependencies: &[Placement]) -> Result<(), LoadError> {
        let index = u32::from(place.id.image);
        let mut addresses = Addresses::new();
        let own = |symbol: Symbol<'_>| firmware(&symbol.bytes().collect::<Vec<u8>>());
        addresses.find(place, dependencies, |place| self.image(place), own)?;
        let stored = self.store.get_mut(&place.id.library).expect("it is there");
        let (manifest, body) = stored.split();
        let image = manifest.image(index).expect("it has a place");
        link::bind(&image, body, &addresses)
    }

    fn copy(&mut self, image: &Placement) -> Result<(), LoadError> {
        self.may_fail()?;
        assert!(self.copied.insert(image.id), "copied twice");
        Ok(())
    }

    fn map(&mut self, image: &Placement, domain: Domain) -> Result<(), LoadError> {
        self.may_fail()?;
        assert!(self.copied.contains(&image.id), "mapped before it is there");
        assert!(self.mapped.insert((image.id, domain)), "mapped twice");
        Ok(())
    }

    fn unmap(&mut self, image: &Placement, domain: Domain) {
        let mapped = self.mapped.remove(&(image.id, domain));
        assert!(mapped, "unmapped but not mapped");
    }

    fn free(&mut self, image: &Placement) {
        let still = self.mapped.iter().any(|(id, _)| *id == image.id);
        assert!(!still, "freed under a domain");
        assert!(self.copied.remove(&image.id), "freed but not there");
    }
}
