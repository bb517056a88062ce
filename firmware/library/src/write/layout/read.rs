//! Makes the layout of a file.

use super::fields::{self, Field};
use super::{Layout, Part};
use crate::error::LoadError;
use crate::format::extension::{self, DEPENDENCY_WORDS, image, module, segment, symbol};
use crate::format::header::{self, HEADER_WORDS, MODULE_WORDS};
use crate::format::{Abi, DIGEST_WORDS, MANIFEST_OFFSET, Rights, WORD};
use crate::manifest::{Image, Manifest};

/// Where the next record of each kind lies.
struct Next {
    image: usize,
    segment: usize,
    import: usize,
    export: usize,
    dependency: usize,
}

impl Next {
    fn new(manifest: &Manifest<'_>, records: usize) -> Self {
        let all = |of: fn(Image<'_>) -> usize| manifest.images().map(of).sum::<usize>();
        let image = records + manifest.module_count() as usize * module::WORDS;
        let segment = image + manifest.image_count() as usize * image::WORDS;
        let import = segment + all(|image| image.segments().count()) * segment::WORDS;
        let export = import + all(|image| image.import_count() as usize) * symbol::WORDS;
        let dependency = export + all(|image| image.export_count() as usize) * symbol::WORDS;
        Self {
            image,
            segment,
            import,
            export,
            dependency,
        }
    }
}

/// The place, which moves on by `words`.
fn step(place: &mut usize, words: usize) -> usize {
    let start = *place;
    *place += words;
    start
}

impl Layout {
    /// The layout of a file.
    ///
    /// # Errors
    ///
    /// What is wrong with the file.
    pub fn read(file: &[u32]) -> Result<Self, LoadError> {
        let start = (MANIFEST_OFFSET / WORD) as usize;
        let word = |place: usize| file.get(place).copied().unwrap_or(0);
        let modules = word(start + header::MODULES) as usize;
        let entries = start + HEADER_WORDS;
        let extension = entries + modules.saturating_mul(MODULE_WORDS);
        let abi = Abi {
            version: word(extension.saturating_add(extension::ABI)),
            table_bytes: 0,
        };
        let manifest = Manifest::unsealed(file, abi)?;
        let end = start + word(extension + extension::LENGTH) as usize / WORD as usize;
        let mut layout = Self::default();
        layout.record("header", start, fields::HEADER);
        layout.record("extension", extension, fields::EXTENSION);
        layout.field("digest".into(), end, DIGEST_WORDS);
        let records = extension + extension::WORDS;
        for index in 0..modules {
            let name = format!("module[{index}]");
            layout.record(&name, entries + index * MODULE_WORDS, fields::ENTRY);
            layout.record(&name, records + index * module::WORDS, fields::MODULE);
        }
        let mut next = Next::new(&manifest, records);
        for image in manifest.images() {
            layout.image(&manifest, &image, &mut next);
        }
        layout.field("names".into(), next.dependency, end - next.dependency);
        layout.parts.push(Part {
            words: start..end,
            digests: vec![end],
        });
        Ok(layout)
    }

    fn field(&mut self, name: String, start: usize, words: usize) {
        self.fields.push((name, start..start + words));
    }

    fn record(&mut self, record: &str, start: usize, fields: &[Field]) {
        for (name, place, words) in fields {
            self.field(format!("{record}.{name}"), start + place, *words);
        }
    }

    fn image(&mut self, manifest: &Manifest<'_>, image: &Image<'_>, next: &mut Next) {
        let name = format!("image[{}]", image.index());
        let record = step(&mut next.image, image::WORDS);
        self.record(&name, record, fields::IMAGE);
        let hashes = self.hashes(manifest, image);
        let mut text = Some(hashes);
        for (index, part) in image.segments().enumerate() {
            let name = format!("{name}.segment[{index}]");
            let record = step(&mut next.segment, segment::WORDS);
            self.record(&name, record, fields::SEGMENT);
            let is_text = part.rights() == Rights::ReadExecute;
            let copies = if is_text { text.take() } else { None };
            let place = (part.file_offset(), part.file_words());
            let digest = record + segment::DIGEST;
            self.part(
                format!("{name}.bytes"),
                place,
                digest,
                copies.unwrap_or_default(),
            );
        }
        let place = (image.sites_offset(), image.site_count());
        let digest = record + image::SITES_DIGEST;
        self.part(format!("{name}.site"), place, digest, Vec::new());
        for index in 0..image.import_count() {
            let place = step(&mut next.import, symbol::WORDS);
            self.record(&format!("{name}.import[{index}]"), place, fields::IMPORT);
        }
        for index in 0..image.export_count() {
            let place = step(&mut next.export, symbol::WORDS);
            self.record(&format!("{name}.export[{index}]"), place, fields::EXPORT);
        }
        for index in 0..image.dependency_count() {
            let place = step(&mut next.dependency, DEPENDENCY_WORDS);
            let name = format!("{name}.dependency[{index}]");
            self.field(name, place, DEPENDENCY_WORDS);
        }
    }

    /// The hashes in the entries of the image's modules.
    fn hashes(&self, manifest: &Manifest<'_>, image: &Image<'_>) -> Vec<usize> {
        let users = manifest.modules().filter(|m| m.image() == image.index());
        let hash = |index| self.words(&format!("module[{index}].hash"));
        let hashes = users.filter_map(|module| hash(module.index()));
        hashes.map(|words| words.start).collect()
    }

    /// Words at a place in the file, in bytes and words, whose digest stands at
    /// `digest` and in `copies`.
    fn part(
        &mut self,
        name: String,
        (offset, words): (u32, u32),
        digest: usize,
        mut copies: Vec<usize>,
    ) {
        let start = (offset / WORD) as usize;
        self.field(name, start, words as usize);
        copies.push(digest);
        self.parts.push(Part {
            words: start..start + words as usize,
            digests: copies,
        });
    }
}
