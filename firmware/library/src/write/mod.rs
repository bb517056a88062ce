//! Makes library files, for the builder and for tests.

mod encode;
mod error;
pub mod layout;
mod tables;

pub use error::WriteError;
pub use layout::Layout;

use crate::format::{Abi, MANIFEST_WORDS, Rights};
use crate::link;
use crate::manifest::Manifest;
use crate::parts::Parts;

/// What goes into a file.
#[derive(Clone, Debug)]
pub struct Library {
    /// Name, at most eight bytes.
    pub name: String,
    /// Major, minor, hotfix, build.
    pub version: [u16; 4],
    /// What it was built for.
    pub abi: Abi,
    /// What tells builds apart.
    pub build_id: [u8; 16],
    /// Its modules, in order of their index.
    pub modules: Vec<Module>,
    /// Its images, in order of their index.
    pub images: Vec<Image>,
    /// Signature of the manifest's digest, by kind and bytes.
    pub signature: Option<(u32, Vec<u8>)>,
}

/// A module.
#[derive(Clone, Debug)]
pub struct Module {
    /// Name, at most eight bytes.
    pub name: String,
    /// UUID in memory order.
    pub uuid: [u8; 16],
    /// What it is there for.
    pub role: Role,
    /// Index of its image.
    pub image: u32,
}

/// What a module is there for.
#[derive(Clone, Debug)]
pub enum Role {
    /// Instances are made of it.
    Loadable(Loadable),
    /// Others import from its image.
    Auxiliary,
}

/// What there is to know before an instance is made.
#[derive(Clone, Debug)]
pub struct Loadable {
    /// Which of the modules of its image it is.
    pub kind: u32,
    /// Where its table lies in its image, in bytes.
    pub table: u32,
    /// Instances may run in the tick.
    pub low_latency: bool,
    /// Instances may have a thread of their own.
    pub data_processing: bool,
    /// Cores that it may run on, one bit each.
    pub affinity: u32,
    /// Most instances.
    pub instances: u16,
    /// Most inputs.
    pub inputs: u16,
    /// Most outputs.
    pub outputs: u16,
    /// Bytes of stack that a thread for it needs.
    pub stack_bytes: u32,
    /// Bytes that an instance may allocate.
    pub heap_bytes: u32,
    /// Sample formats, one bit each.
    pub formats: u32,
}

/// An image, linked at 0.
#[derive(Clone, Debug, Default)]
pub struct Image {
    /// Its segments, in order of their addresses.
    pub segments: Vec<Segment>,
    /// Offsets of words that hold an offset in the image, in any order.
    pub relocations: Vec<u32>,
    /// Its imports.
    pub imports: Vec<Import>,
    /// Its exports.
    pub exports: Vec<Export>,
    /// Names of auxiliary modules, in the order of looking for a symbol.
    pub dependencies: Vec<String>,
}

/// A segment.
#[derive(Clone, Debug)]
pub struct Segment {
    /// What code may do with it.
    pub rights: Rights,
    /// Where it lies in the image, whole pages.
    pub offset: u32,
    /// Its bytes in memory.
    pub memory_bytes: u32,
    /// Its bytes in the file; zeros are added to whole words.
    pub bytes: Vec<u8>,
}

/// A symbol that the loader looks up.
#[derive(Clone, Debug)]
pub struct Import {
    /// Its name.
    pub symbol: String,
    /// What is added to its address.
    pub addend: u32,
    /// Offsets of the words that get the sum; zero in the segments' bytes.
    pub sites: Vec<u32>,
}

/// A symbol that others may look up.
#[derive(Clone, Debug)]
pub struct Export {
    /// Its name.
    pub symbol: String,
    /// Where it lies in the image, in bytes.
    pub offset: u32,
}

impl Library {
    /// The file, which a loader takes.
    ///
    /// # Errors
    ///
    /// What cannot be written, or what a loader would say to it.
    pub fn to_bytes(&self) -> Result<Vec<u8>, WriteError> {
        let words = self.encode()?;
        self.check(&words)?;
        Ok(to_bytes(&words))
    }

    /// The words of the file, checked by nobody.
    ///
    /// # Errors
    ///
    /// What has no place in a file.
    pub fn encode(&self) -> Result<Vec<u32>, WriteError> {
        encode::file(self)
    }

    fn check(&self, words: &[u32]) -> Result<(), WriteError> {
        let manifest = Manifest::parse(&words[..MANIFEST_WORDS], self.abi)?;
        let mut parts = Parts::new(&manifest);
        parts.feed(words)?;
        parts.finish()?;
        let mut copy = words.to_vec();
        let (_, body) = copy.split_at_mut(crate::format::BODY_WORD);
        for image in manifest.images() {
            link::relocate(&image, body, 0)?;
        }
        Ok(())
    }
}

/// The words of a file; bytes behind the last whole word are left out.
#[must_use]
pub fn to_words(bytes: &[u8]) -> Vec<u32> {
    let (words, _) = bytes.as_chunks();
    words.iter().map(|word| u32::from_le_bytes(*word)).collect()
}

/// The bytes of a file.
#[must_use]
pub fn to_bytes(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}
