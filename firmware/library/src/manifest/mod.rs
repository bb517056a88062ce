//! The manifest of a library: checked once, then read through typed views.

mod check;
mod image;
mod known;
mod module;
mod outline;
mod record;
mod signature;
mod tables;

pub use image::{Export, Image, Import, Segment};
pub use known::Known;
pub use module::{Kind, Module};
pub use signature::{Authority, Signature, Unsigned};

use outline::Outline;
use record::Record;

use crate::error::LoadError;
use crate::format::extension;
use crate::format::header;
use crate::format::{Abi, Digest, Name};

/// A manifest that has been checked, as a view of its words.
#[derive(Clone, Copy, Debug)]
pub struct Manifest<'a> {
    outline: Outline<'a>,
}

/// Major, minor, hotfix and build number.
pub type Version = [u16; 4];

impl<'a> Manifest<'a> {
    /// The manifest of the file that begins with these words; the first
    /// [`MANIFEST_WORDS`](crate::format::MANIFEST_WORDS) must be among them.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with it, first of all its digest.
    pub fn parse(words: &'a [u32], abi: Abi) -> Result<Self, LoadError> {
        let outline = Outline::read(words, abi.version)?;
        outline.check_digest()?;
        check::manifest(outline, abi)
    }

    /// A manifest with whatever digest, of a file that is being changed.
    #[cfg(feature = "write")]
    pub(crate) fn unsealed(words: &'a [u32], abi: Abi) -> Result<Self, LoadError> {
        check::manifest(Outline::read(words, abi.version)?, abi)
    }

    fn header(&self) -> Record<'a> {
        self.outline.header()
    }

    fn extension(&self) -> Record<'a> {
        self.outline.extension()
    }

    /// Name of the library.
    #[must_use]
    pub fn name(&self) -> Name {
        self.header().name(header::NAME)
    }

    /// Version of the library.
    #[must_use]
    pub fn version(&self) -> Version {
        let header = self.header();
        let half = |word: usize| {
            let word = header.word(word);
            [word as u16, (word >> 16) as u16]
        };
        let [major, minor] = half(header::VERSION);
        let [hotfix, build] = half(header::VERSION + 1);
        [major, minor, hotfix, build]
    }

    /// Pages of the file.
    #[must_use]
    pub fn pages(&self) -> u32 {
        self.header().word(header::PAGES)
    }

    /// Version of the interface between firmware and module that it was made for.
    #[must_use]
    pub fn abi_version(&self) -> u32 {
        self.extension().word(extension::ABI)
    }

    /// What tells builds apart.
    #[must_use]
    pub fn build_id(&self) -> [u32; extension::BUILD_ID_WORDS] {
        self.extension().words(extension::BUILD_ID)
    }

    /// Where the signature lies in the file, `None` without one.
    #[must_use]
    pub fn signature(&self) -> Option<Signature> {
        let extension = self.extension();
        let kind = extension.word(extension::SIGNATURE_KIND);
        (kind != 0).then(|| Signature {
            kind,
            offset: extension.word(extension::SIGNATURE_OFFSET),
            bytes: extension.word(extension::SIGNATURE_BYTES),
        })
    }

    /// The digest that a signature signs.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.outline.digest()
    }

    /// Number of modules.
    #[must_use]
    pub fn module_count(&self) -> u32 {
        self.outline.modules
    }

    /// The module with this index.
    #[must_use]
    pub fn module(&self, index: u32) -> Option<Module<'a>> {
        self.outline.module(index)
    }

    /// All modules, in order of their index.
    pub fn modules(self) -> impl Iterator<Item = Module<'a>> {
        (0..self.module_count()).filter_map(move |index| self.module(index))
    }

    /// Number of images.
    #[must_use]
    pub fn image_count(&self) -> u32 {
        self.outline.counts.images
    }

    /// The image with this index.
    #[must_use]
    pub fn image(&self, index: u32) -> Option<Image<'a>> {
        self.images().nth(index as usize)
    }

    /// All images, in order of their index.
    pub fn images(self) -> impl Iterator<Item = Image<'a>> {
        self.outline.images()
    }

    /// The auxiliary module of an image, if it is one that others import from.
    #[must_use]
    pub fn auxiliary(&self, image: u32) -> Option<Name> {
        let mut modules = self.modules();
        let module = modules.find(|module| module.image() == image)?;
        matches!(module.kind(), Kind::Auxiliary).then(|| module.name())
    }
}
