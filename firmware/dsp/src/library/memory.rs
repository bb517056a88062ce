//! Images in memory: in the store, in pages, in domains.

use acelab_kernel::ids::DomainId;
use acelab_kernel::memory::{MemoryError, ModuleRange, Segment, SegmentRights};
use acelab_library::catalogue::{Domain, ImageId, Images, PageRange, Placement};
use acelab_library::format::{BODY_WORD, PAGE_WORDS, Rights};
use acelab_library::link::{self, Addresses};
use acelab_library::manifest::{self, Image};
use acelab_library::{LoadError, catalogue};

use super::dp::DpDomains;
use super::exports;
use crate::klog::log;
use crate::{audio, background, segments};

/// Segments of all images that are in memory at a time.
const MAX_SEGMENTS: usize = 96;

/// A segment that is in memory.
struct Held {
    image: ImageId,
    /// `None` for what all domains share.
    domain: Option<Domain>,
    segment: Segment,
}

/// The store, and what of it is in memory.
pub struct Memory {
    /// The store but for the pages at its end.
    files: &'static mut [u32],
    held: [Option<Held>; MAX_SEGMENTS],
    addresses: Addresses,
    /// Domains of DP threads.
    pub dp: DpDomains,
}

impl Memory {
    /// Nothing is in memory; there is no store yet.
    pub const fn new() -> Self {
        Self {
            files: &mut [],
            held: [const { None }; MAX_SEGMENTS],
            addresses: Addresses::new(),
            dp: DpDomains::new(),
        }
    }

    /// From now on this is the store.
    pub fn use_store(&mut self, files: &'static mut [u32]) {
        self.files = files;
    }

    /// The words of a file.
    pub fn file(&self, range: PageRange) -> &[u32] {
        file(self.files, range)
    }

    /// The words of a file.
    pub fn file_mut(&mut self, range: PageRange) -> &mut [u32] {
        self.files.get_mut(words(range)).unwrap_or(&mut [])
    }

    /// The first page, which tells what is in the others.
    pub fn directory(&mut self) -> Option<&mut [u32; catalogue::DIRECTORY_WORDS]> {
        self.files.first_chunk_mut()
    }

    fn id(&self, domain: Domain) -> Option<DomainId> {
        match domain {
            Domain::Ll(core) => audio::domain_id(core),
            Domain::Dp(slot) => self.dp.id(slot),
        }
    }

    /// Keeps a segment.
    fn keep(&mut self, held: Held) -> Result<(), LoadError> {
        match self.held.iter_mut().find(|slot| slot.is_none()) {
            Some(slot) => {
                *slot = Some(held);
                Ok(())
            }
            None => {
                free(held.segment);
                Err(LoadError::TableFull)
            }
        }
    }

    /// Makes the segments of an image of which a domain has its own, or which all
    /// share.
    fn make(&mut self, place: &Placement, domain: Option<Domain>) -> Result<(), LoadError> {
        let count = image(self.file(place.store.pages), place)?
            .segments()
            .count() as u32;
        for index in 0..count {
            let file = self.file(place.store.pages);
            let segment = image(file, place)?.segment(index);
            let segment = segment.ok_or(LoadError::NoImage)?;
            if segment.rights().is_private() != domain.is_some() {
                continue;
            }
            let made = fill(file, place, &segment);
            let kept = made.and_then(|segment| {
                self.keep(Held {
                    image: place.id,
                    domain,
                    segment,
                })
            });
            if kept.is_err() {
                self.drop_all(place.id, domain);
                return kept;
            }
        }
        Ok(())
    }

    /// Frees what [`Self::make`] has made.
    fn drop_all(&mut self, image: ImageId, domain: Option<Domain>) {
        for slot in &mut self.held {
            let ours = slot.as_ref();
            if ours.is_some_and(|held| held.image == image && held.domain == domain)
                && let Some(held) = slot.take()
            {
                free(held.segment);
            }
        }
    }

    /// Segments that a domain has of an image.
    fn of_domain(&self, image: ImageId, domain: Domain) -> impl Iterator<Item = &Segment> {
        let held = self.held.iter().flatten();
        held.filter_map(move |held| {
            let theirs = held.domain.is_none_or(|other| other == domain);
            (held.image == image && theirs).then_some(&held.segment)
        })
    }

    /// Takes an image away from a domain, and keeps its pages.
    pub fn unmap_all(&self, image: ImageId, domain: Domain) {
        let Some(id) = self.id(domain) else { return };
        for segment in self.of_domain(image, domain) {
            // A domain that has ended, or that did not get as far, has it no more.
            let _ = segments::unmap(id, segment);
        }
    }
}

impl Images for Memory {
    fn bind(&mut self, place: &Placement, dependencies: &[Placement]) -> Result<(), LoadError> {
        let Self {
            files, addresses, ..
        } = self;
        let open = |place: &Placement| image(file(files, place.store.pages), place);
        addresses.find(place, dependencies, open, |symbol| {
            background::pause();
            exports::address(symbol)
        })?;
        let file = files.get_mut(words(place.store.pages)).unwrap_or(&mut []);
        let parts = file.split_at_mut_checked(BODY_WORD);
        let (head, body) = parts.ok_or(LoadError::NoImage)?;
        link::bind(&image(head, place)?, body, addresses)
    }

    fn copy(&mut self, image: &Placement) -> Result<(), LoadError> {
        self.make(image, None)
    }

    fn map(&mut self, image: &Placement, domain: Domain) -> Result<(), LoadError> {
        let id = self.id(domain).ok_or(LoadError::NotMapped)?;
        self.make(image, Some(domain))?;
        let mapped = self
            .of_domain(image.id, domain)
            .try_for_each(|segment| segments::map(id, segment));
        mapped.map_err(|error| {
            self.unmap_all(image.id, domain);
            self.drop_all(image.id, Some(domain));
            reason(error)
        })
    }

    fn unmap(&mut self, image: &Placement, domain: Domain) {
        self.unmap_all(image.id, domain);
        self.drop_all(image.id, Some(domain));
    }

    fn free(&mut self, image: &Placement) {
        self.drop_all(image.id, None);
    }
}

fn words(range: PageRange) -> core::ops::Range<usize> {
    range.start as usize * PAGE_WORDS..range.end() as usize * PAGE_WORDS
}

fn file(files: &[u32], range: PageRange) -> &[u32] {
    files.get(words(range)).unwrap_or(&[])
}

/// The image that lies there, in the file of its library.
fn image<'a>(file: &'a [u32], place: &Placement) -> Result<Image<'a>, LoadError> {
    let image = place.store.manifest(file)?.image(place.id.image.into());
    image.ok_or(LoadError::NoImage)
}

/// Takes pages for a segment and fills them from the file.
fn fill(
    file: &[u32],
    place: &Placement,
    segment: &manifest::Segment<'_>,
) -> Result<Segment, LoadError> {
    let rights = match segment.rights() {
        Rights::ReadExecute => SegmentRights::ReadExecute,
        Rights::Read => SegmentRights::Read,
        Rights::ReadWrite => SegmentRights::ReadWrite,
    };
    let range = ModuleRange::new(place.base() + segment.offset(), segment.pages() as usize);
    let mut draft = segments::take(range.ok_or(LoadError::NotMapped)?, rights).map_err(reason)?;
    let start = (segment.file_offset() / 4) as usize;
    let from = file.get(start..).unwrap_or(&[]);
    let to = segments::words(&mut draft).iter_mut();
    to.zip(from.iter().take(segment.file_words() as usize))
        .for_each(|(to, from)| *to = *from);
    Ok(segments::seal(draft))
}

fn free(segment: Segment) {
    if segments::free(segment).is_err() {
        log!(Error, "lib_manager", "a segment is freed that a domain has");
    }
}

fn reason(error: MemoryError) -> LoadError {
    match error {
        MemoryError::NoPages => LoadError::NoPages,
        _ => LoadError::NotMapped,
    }
}
