//! The tables of the extension, from what goes into them.

use super::{Image, Library, Module, Role, WriteError};
use crate::format::{WORD, extension};

/// Records of all images, and the names they refer to.
#[derive(Default)]
pub(super) struct Tables {
    pub imports: Vec<u32>,
    pub exports: Vec<u32>,
    pub dependencies: Vec<u32>,
    pub names: Vec<u32>,
}

impl Tables {
    pub fn of(library: &Library) -> Result<Self, WriteError> {
        let mut tables = Self::default();
        for image in &library.images {
            for import in &image.imports {
                let record = tables.symbol(&import.symbol, import.addend);
                tables.imports.extend(record);
            }
            for export in &image.exports {
                let record = tables.symbol(&export.symbol, export.offset);
                tables.exports.extend(record);
            }
            for dependency in &image.dependencies {
                tables.dependencies.extend(name(dependency)?);
            }
        }
        Ok(tables)
    }

    /// The record of a symbol, whose name is added.
    fn symbol(&mut self, symbol: &str, value: u32) -> [u32; extension::symbol::WORDS] {
        let start = self.names.len() as u32;
        let bytes = symbol.as_bytes();
        self.names.extend(words(bytes));
        [start, bytes.len() as u32, value]
    }
}

/// A name in two words.
pub(super) fn name(text: &str) -> Result<[u32; 2], WriteError> {
    let mut bytes = [0; 8];
    let place = bytes.get_mut(..text.len());
    let place = place.ok_or_else(|| WriteError::Name(text.into()))?;
    place.copy_from_slice(text.as_bytes());
    let words = words(&bytes);
    Ok([words[0], words[1]])
}

/// Bytes as words, the last one filled with zeros.
pub(super) fn words(bytes: &[u8]) -> Vec<u32> {
    let chunks = bytes.chunks(WORD as usize);
    let word = |chunk: &[u8]| {
        let mut word = [0; WORD as usize];
        word[..chunk.len()].copy_from_slice(chunk);
        u32::from_le_bytes(word)
    };
    chunks.map(word).collect()
}

/// The record of a module.
pub(super) fn module(module: &Module) -> [u32; extension::module::WORDS] {
    match &module.role {
        Role::Auxiliary => [module.image, 0, 0, 0, 0, 0],
        Role::Loadable(loadable) => [
            module.image,
            loadable.kind,
            u32::from(loadable.outputs) << 16 | u32::from(loadable.inputs),
            loadable.stack_bytes,
            loadable.heap_bytes,
            loadable.formats,
        ],
    }
}

/// The list of sites of an image, in order.
pub(super) fn sites(image: &Image) -> Result<Vec<u32>, WriteError> {
    use crate::format::{Site, Target};
    let own = image.relocations.iter().map(|at| (*at, Target::Base));
    let imports = (0..).zip(&image.imports);
    let others = imports.flat_map(|(index, import)| {
        let sites = import.sites.iter();
        sites.map(move |at| (*at, Target::Import(index)))
    });
    let entry = |(at, target)| Site::new(at, target).ok_or(WriteError::Site(at));
    let mut sites: Vec<Site> = own.chain(others).map(entry).collect::<Result<_, _>>()?;
    sites.sort_by_key(|site| (site.word(), site.0));
    Ok(sites.into_iter().map(|site| site.0).collect())
}
