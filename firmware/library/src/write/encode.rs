//! Lays out a file.

use acelab_abi::manifest::{
    HEADER_BYTES, HEADER_MAGIC, MODULE_MAGIC, TYPE_DP_DOMAIN, TYPE_LL_DOMAIN,
};
use acelab_abi::memory::PAGE_SIZE;

use super::tables::{self, Tables};
use super::{Image, Library, Module, Role, WriteError};
use crate::format::extension::{self, EXTENSION_MAGIC, FORMAT_VERSION};
use crate::format::header::{self, MODULE_WORDS};
use crate::format::{
    BODY_OFFSET, BODY_WORD, DIGEST_WORDS, Digest, MANIFEST_OFFSET, MANIFEST_WORDS, PAGE_WORDS,
    Rights, WORD,
};
use crate::sha256;

/// A part that has its place.
struct Placed {
    /// In bytes from the start of the file; 0 for nothing.
    offset: u32,
    words: Vec<u32>,
    digest: Digest,
}

/// The parts of an image that have their places.
struct PlacedImage {
    segments: Vec<Placed>,
    sites: Placed,
}

pub(super) fn file(library: &Library) -> Result<Vec<u32>, WriteError> {
    let mut body = Vec::new();
    let mut images = Vec::new();
    for image in &library.images {
        let mut place = |words: Vec<u32>| place(&mut body, words);
        let segments = image.segments.iter();
        images.push(PlacedImage {
            segments: segments
                .map(|segment| place(tables::words(&segment.bytes)))
                .collect::<Result<_, _>>()?,
            sites: place(tables::sites(image)?)?,
        });
    }
    body.resize(body.len().next_multiple_of(PAGE_WORDS), 0);
    let pages = (BODY_WORD + body.len()) / PAGE_WORDS;
    let pages = u32::try_from(pages).map_err(|_| WriteError::TooLarge)?;
    let manifest = manifest(library, &images, pages)?;
    let start = (MANIFEST_OFFSET / WORD) as usize;
    let room = MANIFEST_WORDS - start;
    if manifest.len() > room {
        let bytes = (manifest.len() - room) * WORD as usize;
        return Err(WriteError::ManifestTooLong(bytes));
    }
    let mut file = vec![0; BODY_WORD];
    file[start..start + manifest.len()].copy_from_slice(&manifest);
    if let Some((_, signature)) = &library.signature {
        let words = tables::words(signature);
        file[..words.len()].copy_from_slice(&words);
    }
    file.extend(body);
    Ok(file)
}

/// Adds a part to the body, on the next page boundary.
fn place(body: &mut Vec<u32>, words: Vec<u32>) -> Result<Placed, WriteError> {
    let digest = sha256::digest(&words);
    if words.is_empty() {
        return Ok(Placed {
            offset: 0,
            words,
            digest,
        });
    }
    body.resize(body.len().next_multiple_of(PAGE_WORDS), 0);
    let offset = u32::try_from(body.len()).ok();
    let offset = offset.and_then(|words| words.checked_mul(WORD)?.checked_add(BODY_OFFSET));
    body.extend(&words);
    Ok(Placed {
        offset: offset.ok_or(WriteError::TooLarge)?,
        words,
        digest,
    })
}

fn manifest(library: &Library, images: &[PlacedImage], pages: u32) -> Result<Vec<u32>, WriteError> {
    let mut words = header(library, pages)?;
    for module in &library.modules {
        words.extend(entry(module, library, images)?);
    }
    let tables = Tables::of(library)?;
    let start = words.len();
    words.extend(extension(library, &tables)?);
    words.extend(library.modules.iter().flat_map(tables::module));
    for (image, placed) in library.images.iter().zip(images) {
        words.extend(image_record(image, placed));
    }
    for (image, placed) in library.images.iter().zip(images) {
        words.extend(segment_records(image, placed));
    }
    words.extend(tables.imports);
    words.extend(tables.exports);
    words.extend(tables.dependencies);
    words.extend(tables.names);
    words[start + extension::LENGTH] = words.len() as u32 * WORD;
    let digest = sha256::digest(&words);
    words.extend(digest);
    Ok(words)
}

fn header(library: &Library, pages: u32) -> Result<Vec<u32>, WriteError> {
    let mut words = vec![0; header::HEADER_WORDS];
    let [major, minor, hotfix, build] = library.version.map(u32::from);
    words[header::MAGIC] = u32::from_le_bytes(HEADER_MAGIC);
    words[header::LENGTH] = HEADER_BYTES;
    words[header::NAME..header::NAME + 2].copy_from_slice(&tables::name(&library.name)?);
    words[header::PAGES] = pages;
    words[header::VERSION] = minor << 16 | major;
    words[header::VERSION + 1] = build << 16 | hotfix;
    words[header::MODULES] = library.modules.len() as u32;
    Ok(words)
}

fn entry(
    module: &Module,
    library: &Library,
    images: &[PlacedImage],
) -> Result<[u32; MODULE_WORDS], WriteError> {
    let mut words = [0; MODULE_WORDS];
    words[header::ENTRY_MAGIC] = u32::from_le_bytes(MODULE_MAGIC);
    words[header::ENTRY_NAME..][..2].copy_from_slice(&tables::name(&module.name)?);
    let uuid = tables::words(&module.uuid);
    words[header::ENTRY_UUID..][..uuid.len()].copy_from_slice(&uuid);
    words[header::ENTRY_TYPE] = match &module.role {
        Role::Auxiliary => header::LOAD_TYPE_AUXILIARY,
        Role::Loadable(loadable) => {
            words[header::ENTRY_POINT] = loadable.table;
            words[header::ENTRY_AFFINITY] = loadable.affinity;
            words[header::ENTRY_INSTANCES] = u32::from(loadable.instances);
            let bit = |set, bit| if set { bit } else { 0 };
            header::LOAD_TYPE_LOADABLE
                | bit(loadable.low_latency, TYPE_LL_DOMAIN)
                | bit(loadable.data_processing, TYPE_DP_DOMAIN)
        }
    };
    let index = module.image as usize;
    if let (Some(image), Some(placed)) = (library.images.get(index), images.get(index)) {
        copy_segments(&mut words, image, placed);
    }
    Ok(words)
}

/// What an entry repeats of the first segment of each kind, and the digest of text.
fn copy_segments(words: &mut [u32; MODULE_WORDS], image: &Image, placed: &PlacedImage) {
    let kinds = [Rights::ReadExecute, Rights::Read, Rights::ReadWrite];
    for (kind, rights) in kinds.into_iter().enumerate() {
        let mut segments = image.segments.iter().zip(&placed.segments);
        let Some((segment, placed)) = segments.find(|(s, _)| s.rights == rights) else {
            continue;
        };
        let triple = [rights.bits(), segment.offset, placed.offset];
        words[header::ENTRY_SEGMENTS + 3 * kind..][..3].copy_from_slice(&triple);
        if rights == Rights::ReadExecute {
            words[header::ENTRY_HASH..][..DIGEST_WORDS].copy_from_slice(&placed.digest);
        }
    }
}

fn extension(library: &Library, tables: &Tables) -> Result<[u32; extension::WORDS], WriteError> {
    let mut words = [0; extension::WORDS];
    let segments = library.images.iter().map(|image| image.segments.len());
    words[extension::MAGIC] = EXTENSION_MAGIC;
    words[extension::FORMAT] = FORMAT_VERSION;
    words[extension::ABI] = library.abi.version;
    words[extension::IMAGES] = library.images.len() as u32;
    words[extension::SEGMENTS] = segments.sum::<usize>() as u32;
    words[extension::IMPORTS] = (tables.imports.len() / extension::symbol::WORDS) as u32;
    words[extension::EXPORTS] = (tables.exports.len() / extension::symbol::WORDS) as u32;
    words[extension::DEPENDENCIES] =
        (tables.dependencies.len() / extension::DEPENDENCY_WORDS) as u32;
    words[extension::NAMES] = tables.names.len() as u32;
    let build_id = tables::words(&library.build_id);
    words[extension::BUILD_ID..][..build_id.len()].copy_from_slice(&build_id);
    if let Some((kind, bytes)) = &library.signature {
        let length = bytes.len();
        if !length.is_multiple_of(WORD as usize) || length > MANIFEST_OFFSET as usize {
            return Err(WriteError::Signature(length));
        }
        words[extension::SIGNATURE_KIND] = *kind;
        words[extension::SIGNATURE_BYTES] = length as u32;
    }
    Ok(words)
}

fn image_record(image: &Image, placed: &PlacedImage) -> [u32; extension::image::WORDS] {
    use extension::image;
    let mut words = [0; image::WORDS];
    let ends = image.segments.iter();
    let ends = ends.map(|segment| segment.offset.saturating_add(segment.memory_bytes));
    let end = ends.max().unwrap_or(0);
    words[image::SEGMENTS] = image.segments.len() as u32;
    words[image::SPAN] = end.checked_next_multiple_of(PAGE_SIZE).unwrap_or(u32::MAX);
    words[image::IMPORTS] = image.imports.len() as u32;
    words[image::EXPORTS] = image.exports.len() as u32;
    words[image::DEPENDENCIES] = image.dependencies.len() as u32;
    words[image::SITES_OFFSET] = placed.sites.offset;
    words[image::SITES] = placed.sites.words.len() as u32;
    words[image::SITES_DIGEST..].copy_from_slice(&placed.sites.digest);
    words
}

fn segment_records(image: &Image, placed: &PlacedImage) -> Vec<u32> {
    use extension::segment;
    let pairs = image.segments.iter().zip(&placed.segments);
    let record = |(segment, placed): (&super::Segment, &Placed)| {
        let mut words = [0; segment::WORDS];
        words[segment::RIGHTS] = segment.rights.bits();
        words[segment::OFFSET] = segment.offset;
        words[segment::MEMORY_BYTES] = segment.memory_bytes;
        words[segment::FILE_OFFSET] = placed.offset;
        words[segment::FILE_BYTES] = placed.words.len() as u32 * WORD;
        words[segment::DIGEST..].copy_from_slice(&placed.digest);
        words
    };
    pairs.flat_map(record).collect()
}
