//! What the store says of itself, so that a boot finds the libraries again.
//!
//! ```text
//! 0  magic · version · number of entries
//! 3  entries: id, store page, pages, images, window page of each image
//! …  SHA-256 of all words before
//! ```
//!
//! Entries stand in the order of loading.

use acelab_abi::memory::MODULE_WINDOW;
use acelab_abi::memory::PAGE_SIZE;

use super::{Catalogue, LibraryId, MAX_LIBRARIES, PageRange, Placement};
use crate::format::{DIGEST_WORDS, MAX_IMAGES, PAGE_WORDS};
use crate::sha256;

/// Words of the directory: the first page of the store.
pub const DIRECTORY_WORDS: usize = PAGE_WORDS;

const MAGIC: u32 = u32::from_le_bytes(*b"$ALD");
const VERSION: u32 = 1;
const HEAD: usize = 3;
const ENTRY: usize = 4 + MAX_IMAGES as usize;
const DIGEST: usize = HEAD + MAX_LIBRARIES * ENTRY;

const _: () = assert!(DIGEST + DIGEST_WORDS <= DIRECTORY_WORDS);

/// A directory that is what its digest says.
#[derive(Clone, Copy, Debug)]
pub struct Directory<'a> {
    entries: &'a [u32],
}

impl<'a> Directory<'a> {
    /// The directory in the first page of the store, `None` when there is none.
    #[must_use]
    pub fn read(words: &'a [u32]) -> Option<Self> {
        let (head, _) = words.split_at_checked(DIGEST)?;
        let [magic, version, count] = head.first_chunk::<HEAD>()?;
        let entries = head.get(HEAD..HEAD + (*count as usize).checked_mul(ENTRY)?)?;
        let digest = words.get(DIGEST..DIGEST + DIGEST_WORDS)?;
        let good = *magic == MAGIC && *version == VERSION && digest == sha256::digest(head);
        good.then_some(Self { entries })
    }

    /// Whether there was never a directory, or it was wiped: what is there and is
    /// neither this nor a directory was damaged.
    #[must_use]
    pub fn is_blank(words: &[u32]) -> bool {
        words.iter().all(|word| *word == 0)
    }

    /// Its entries, in the order of loading.
    pub fn entries(self) -> impl Iterator<Item = Entry> {
        self.entries.chunks_exact(ENTRY).filter_map(Entry::read)
    }
}

/// Where a library and its images lay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    id: LibraryId,
    store: PageRange,
    images: u32,
    windows: [u32; MAX_IMAGES as usize],
}

impl Entry {
    fn read(words: &[u32]) -> Option<Self> {
        let ([id, start, pages, images], windows) = words.split_first_chunk()?;
        Some(Self {
            id: LibraryId::new(*id).ok()?,
            store: PageRange {
                start: *start,
                pages: *pages,
            },
            images: *images,
            windows: windows.try_into().ok()?,
        })
    }

    fn write(&self, words: &mut [u32]) {
        let head = [
            u32::from(self.id.number()),
            self.store.start,
            self.store.pages,
            self.images,
        ];
        let all = head.into_iter().chain(self.windows);
        words
            .iter_mut()
            .zip(all)
            .for_each(|(word, value)| *word = value);
    }

    /// The library.
    #[must_use]
    pub const fn id(&self) -> LibraryId {
        self.id
    }

    /// Where its file lies in the store.
    #[must_use]
    pub const fn store(&self) -> PageRange {
        self.store
    }

    /// First page of an image in the module window.
    #[must_use]
    pub fn window(&self, image: u32) -> Option<u32> {
        let known = image < self.images;
        let page = self.windows.get(image as usize).filter(|_| known)?;
        (*page < super::WINDOW_PAGES).then_some(*page)
    }

    /// The address that an image was relocated to.
    #[must_use]
    pub fn base(&self, image: u32) -> Option<u32> {
        Some(MODULE_WINDOW.base + self.window(image)? * PAGE_SIZE)
    }
}

impl Catalogue {
    /// Writes the directory of what is loaded.
    pub fn save(&self, words: &mut [u32; DIRECTORY_WORDS]) {
        words.fill(0);
        let mut count = 0;
        let mut last = 0;
        while let Some((sequence, id, store)) = self.loaded_after(last) {
            last = sequence;
            let start = HEAD + count as usize * ENTRY;
            self.entry(id, store)
                .write(&mut words[start..start + ENTRY]);
            count += 1;
        }
        words[..HEAD].copy_from_slice(&[MAGIC, VERSION, count]);
        let digest = sha256::digest(&words[..DIGEST]);
        words[DIGEST..DIGEST + DIGEST_WORDS].copy_from_slice(&digest);
    }

    /// The library that was loaded next after load number `sequence`.
    fn loaded_after(&self, sequence: u32) -> Option<(u32, LibraryId, PageRange)> {
        let slots = LibraryId::all().zip(&self.libraries);
        let loads = slots.filter_map(|(id, slot)| {
            let slot = slot.as_ref()?;
            (slot.sequence > sequence).then_some((slot.sequence, id, slot.store.pages))
        });
        loads.min_by_key(|(sequence, ..)| *sequence)
    }

    fn entry(&self, id: LibraryId, store: PageRange) -> Entry {
        let ours = |place: &Placement| place.id.library == id;
        let mut entry = Entry {
            id,
            store,
            images: 0,
            windows: [0; MAX_IMAGES as usize],
        };
        for place in self.placements().filter(ours) {
            if let Some(window) = entry.windows.get_mut(usize::from(place.id.image)) {
                *window = place.window.start;
                entry.images += 1;
            }
        }
        entry
    }
}
