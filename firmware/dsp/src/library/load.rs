//! From the host to the store.

use acelab_library::catalogue::{ImageId, LibraryId, Reservation, Stored};
use acelab_library::format::{BODY_WORD, MANIFEST_WORDS, PAGE_WORDS};
use acelab_library::manifest::Unsigned;
use acelab_library::parts::Parts;
use acelab_library::{LoadError, Manifest, link};

use super::channel::Channel;
use super::place::About;
use super::{ABI, Libraries};
use crate::background;

impl Libraries {
    /// Receives, checks and links a library. The channel is closed at the end
    /// whatever comes of it.
    pub(super) fn receive(
        &mut self,
        prepared: Option<Channel>,
        number: u32,
        id: u32,
    ) -> Result<(), LoadError> {
        let id = self.catalogue.admit(id)?;
        let mut channel = match prepared {
            Some(channel) if channel.number() == number => channel,
            // The buffer is free for another one once this is closed.
            other => {
                drop(other);
                Channel::open(number)?
            }
        };
        channel.receive(&mut self.staging[..MANIFEST_WORDS])?;
        let manifest = Manifest::parse(&self.staging[..MANIFEST_WORDS], ABI)?;
        let reservation = self.catalogue.reserve(id, &manifest)?;
        let store = reservation.store();
        let about = About::of(&manifest);
        match self.fill(&mut channel, id, store) {
            Ok(()) => {
                self.commit(reservation)?;
                self.tell_places(id, about);
                Ok(())
            }
            Err(error) => {
                self.catalogue.abandon(reservation);
                Err(error)
            }
        }
    }

    /// Receives the rest of a file, whose manifest is there, to its place.
    fn fill(
        &mut self,
        channel: &mut Channel,
        id: LibraryId,
        store: Stored,
    ) -> Result<(), LoadError> {
        let staged = &self.staging[..MANIFEST_WORDS];
        let manifest = store.manifest(staged)?;
        let file = self.memory.file_mut(store.pages);
        let (head, rest) = file
            .split_at_mut_checked(MANIFEST_WORDS)
            .ok_or(LoadError::Truncated)?;
        head.copy_from_slice(staged);
        let mut parts = Parts::new(&manifest);
        for piece in head.chunks(PAGE_WORDS) {
            parts.feed(piece)?;
            background::pause();
        }
        for chunk in rest.chunks_mut(PAGE_WORDS) {
            channel.receive(chunk)?;
            parts.feed(chunk)?;
        }
        parts.finish()?;
        manifest.authenticate(file, &Unsigned)?;
        let (_, body) = file
            .split_at_mut_checked(BODY_WORD)
            .ok_or(LoadError::Truncated)?;
        for image in manifest.images() {
            let place = self.catalogue.placement(ImageId {
                library: id,
                image: image.index() as u8,
            });
            let place = place.ok_or(LoadError::NoImage)?;
            link::relocate(&image, body, place.base())?;
        }
        Ok(())
    }

    /// The library is there; binds what it imports.
    pub(super) fn commit(&mut self, reservation: Reservation) -> Result<(), LoadError> {
        let committed = self.catalogue.commit(reservation, self.memory);
        self.save();
        committed
    }
}
