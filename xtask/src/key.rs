//! Content keys: a hash over everything that determines a result.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// A content key, shown as 16 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Gathers the fields of a key. Each field is written with its length, so
/// that two different lists of fields never give the same bytes.
#[derive(Debug, Default)]
pub struct KeyBuilder(Sha256);

impl KeyBuilder {
    /// A key for one kind of result; the version is raised when the code that makes it changes meaning.
    pub fn new(kind: &str, version: u32) -> KeyBuilder {
        let mut builder = KeyBuilder(Sha256::new());
        builder.field(kind.as_bytes()).field(&version.to_le_bytes());
        builder
    }

    /// Adds a field of any bytes.
    pub fn field(&mut self, bytes: &[u8]) -> &mut KeyBuilder {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    /// Adds a text field.
    pub fn text(&mut self, text: impl AsRef<str>) -> &mut KeyBuilder {
        self.field(text.as_ref().as_bytes())
    }

    /// Adds a file's content (not its name).
    pub fn file(&mut self, path: &Path) -> Result<&mut KeyBuilder> {
        let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        Ok(self.field(&bytes))
    }

    /// Adds all files below a folder, by relative name and content, in name order.
    pub fn folder(&mut self, dir: &Path) -> Result<&mut KeyBuilder> {
        self.folder_without(dir, &[])
    }

    /// The same, but without what is below some of its folders, named relative to it.
    pub fn folder_without(&mut self, dir: &Path, without: &[&str]) -> Result<&mut KeyBuilder> {
        let mut files = crate::files::below(dir)?;
        files.retain(|file| !without.iter().any(|folder| file.starts_with(folder)));
        self.field(&(files.len() as u64).to_le_bytes());
        for relative in files {
            self.text(relative.to_string_lossy());
            self.file(&dir.join(&relative))?;
        }
        Ok(self)
    }

    /// The key.
    pub fn finish(&mut self) -> Key {
        let digest = std::mem::take(&mut self.0).finalize();
        Key(hex(&digest[..8]))
    }
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The SHA-256 of a file, in hexadecimal digits.
pub fn sha256_of(path: &Path) -> Result<String> {
    let mut file = File::open(path).with_context(|| format!("opening {}", path.display()))?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(hex(&hasher.finalize())),
            Ok(n) => hasher.update(&buffer[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error).with_context(|| format!("reading {}", path.display())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key_of(fields: &[Vec<u8>]) -> Key {
        let mut builder = KeyBuilder::new("test", 1);
        for field in fields {
            builder.field(field);
        }
        builder.finish()
    }

    proptest! {
        #[test]
        fn different_fields_give_different_keys(
            a in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..4), 0..5),
            b in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..4), 0..5),
        ) {
            prop_assert_eq!(a == b, key_of(&a) == key_of(&b));
        }
    }

    #[test]
    fn a_folder_is_known_by_names_and_contents() {
        let dir = tempfile::tempdir().unwrap();
        let key = || {
            KeyBuilder::new("test", 1)
                .folder(dir.path())
                .unwrap()
                .finish()
        };
        std::fs::write(dir.path().join("a"), "1").unwrap();
        let first = key();
        assert_eq!(first, key());
        std::fs::write(dir.path().join("a"), "2").unwrap();
        let changed = key();
        std::fs::rename(dir.path().join("a"), dir.path().join("b")).unwrap();
        let renamed = key();
        assert!(first != changed && changed != renamed);
        std::fs::create_dir(dir.path().join("left_out")).unwrap();
        std::fs::write(dir.path().join("left_out/c"), "").unwrap();
        let without = KeyBuilder::new("test", 1)
            .folder_without(dir.path(), &["left_out"])
            .unwrap()
            .finish();
        assert!(without == renamed && key() != renamed);
    }

    #[test]
    fn sha256_of_a_file_is_the_known_one() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "abc").unwrap();
        assert_eq!(
            sha256_of(file.path()).unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
