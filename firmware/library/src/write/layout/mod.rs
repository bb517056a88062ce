//! Finds the fields of a file by name, so that a test can say what it breaks.
//!
//! ```text
//! header.{magic,length,name,pages,version,modules}
//! module[i].{magic,name,uuid,type,hash,entry,affinity,instances,segments,
//!            image,kind,pins,stack,heap,formats}
//! extension.{magic,format,abi,length,images,segments,imports,exports,
//!            dependencies,names,build_id,
//!            signature_kind,signature_offset,signature_bytes}
//! image[i].{segments,span,imports,exports,dependencies,sites_offset,sites,
//!           sites_digest}
//! image[i].segment[j].{rights,offset,memory_bytes,file_offset,file_bytes,
//!                      digest,bytes}
//! image[i].import[j].{name,length,addend}
//! image[i].export[j].{name,length,offset}
//! image[i].dependency[j]
//! image[i].site[j]
//! names
//! digest
//! ```

mod fields;
mod read;

use std::ops::Range;

use crate::format::{DIGEST_WORDS, WORD};
use crate::sha256;

/// Words of a file that have a digest.
#[derive(Clone, Debug)]
struct Part {
    words: Range<usize>,
    /// Where the digest starts; that of text stands in entries too.
    digests: Vec<usize>,
}

/// Where everything lies in a file that is right.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// Names of fields, with their words.
    fields: Vec<(String, Range<usize>)>,
    /// The parts and, last, the manifest.
    parts: Vec<Part>,
}

impl Layout {
    /// The names of all fields but sites, with their words.
    pub fn fields(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        let fields = self.fields.iter();
        fields.map(|(name, words)| (name.as_str(), words.clone()))
    }

    /// The words of a field.
    #[must_use]
    pub fn words(&self, name: &str) -> Option<Range<usize>> {
        let of = |name: &str| self.fields().find(|(other, _)| *other == name);
        if let Some((list, index)) = name.split_once(".site[") {
            let (_, mut sites) = of(&format!("{list}.site"))?;
            let index: usize = index.strip_suffix(']')?.parse().ok()?;
            return sites.nth(index).map(|start| start..start + 1);
        }
        of(name).map(|(_, words)| words)
    }

    /// The bytes of a field.
    #[must_use]
    pub fn bytes(&self, name: &str) -> Option<Range<usize>> {
        let words = self.words(name)?;
        let word = WORD as usize;
        Some(words.start * word..words.end * word)
    }

    /// Makes all digests right again in a file of this layout, in which some
    /// fields may have other values since.
    pub fn seal(&self, file: &mut [u32]) {
        for part in &self.parts {
            let Some(words) = file.get(part.words.clone()) else {
                continue;
            };
            let digest = sha256::digest(words);
            for place in &part.digests {
                if let Some(words) = file.get_mut(*place..*place + DIGEST_WORDS) {
                    words.copy_from_slice(&digest);
                }
            }
        }
    }

    /// The same for the manifest alone.
    pub fn seal_manifest(&self, file: &mut [u32]) {
        let manifest = self.parts.last().cloned();
        let layout = Self {
            fields: Vec::new(),
            parts: manifest.into_iter().collect(),
        };
        layout.seal(file);
    }

    /// [`seal`](Self::seal) for bytes.
    pub fn seal_bytes(&self, file: &mut [u8]) {
        let mut words = super::to_words(file);
        self.seal(&mut words);
        let bytes = super::to_bytes(&words);
        file[..bytes.len()].copy_from_slice(&bytes);
    }
}
