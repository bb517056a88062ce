//! Where the source of a library is.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::key::KeyBuilder;
use crate::provision::Context;
use crate::tree::Tree;

/// The folder of the tree's own libraries.
pub const LIBRARIES: &str = "firmware/modules/libraries";

/// What every library is made of beside its own sources.
const SHARED: [&str; 7] = [
    "firmware/abi",
    "firmware/library",
    "firmware/modules/abi",
    "firmware/modules/runtime",
    "firmware/modules/sdk",
    "firmware/modules/standard",
    "firmware/xtensa",
];

/// The package of a library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What the library is called in cases and files: the name of its folder.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// The package's name.
    pub package: String,
    /// Folders of packages that it depends on by path.
    dependencies: Vec<PathBuf>,
}

impl Source {
    /// The library that a person names: one of the tree, or a folder.
    pub fn find(tree: &Tree, name: &str) -> Result<Source> {
        let own = tree.path(LIBRARIES).join(name);
        // `../mine` is a folder outside of the tree, whatever lies above the libraries.
        let is_name = Path::new(name).components().count() == 1;
        if is_name && own.join("Cargo.toml").exists() {
            return Source::at(&own);
        }
        let folder = Path::new(name);
        if folder.join("Cargo.toml").exists() {
            return Source::at(&folder.canonicalize()?);
        }
        let known = Source::all(tree)?;
        let known: Vec<_> = known.iter().map(|source| source.name.as_str()).collect();
        if let Some(near) = did_you_mean(name, &known) {
            bail!("there is no library `{name}`; did you mean `{near}`?");
        }
        bail!(
            "there is no library `{name}`, neither in {LIBRARIES} nor as a folder with a \
             Cargo.toml; there are: {}",
            known.join(", ")
        )
    }

    /// All libraries of the tree, in the order of their names.
    pub fn all(tree: &Tree) -> Result<Vec<Source>> {
        let folder = tree.path(LIBRARIES);
        let mut sources = Vec::new();
        for entry in std::fs::read_dir(&folder)
            .with_context(|| format!("reading the folder {}", folder.display()))?
        {
            let path = entry?.path();
            if path.join("Cargo.toml").exists() {
                sources.push(Source::at(&path)?);
            }
        }
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(sources)
    }

    /// The library whose package is in `folder`.
    pub fn at(folder: &Path) -> Result<Source> {
        let path = folder.join("Cargo.toml");
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("reading {}", path.display()))?;
        let manifest: toml::Table =
            toml::from_str(&text).with_context(|| format!("in {}", path.display()))?;
        let package = manifest
            .get("package")
            .and_then(|package| package.get("name")?.as_str())
            .with_context(|| format!("{} names no package", path.display()))?;
        let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
        let dependencies = dependencies
            .into_iter()
            .flatten()
            .filter_map(|(_, dependency)| dependency.get("path")?.as_str())
            .map(|path| folder.join(path))
            .collect();
        let name = folder.file_name().context("a library without a folder")?;
        Ok(Source {
            name: name.to_string_lossy().into_owned(),
            folder: folder.to_owned(),
            package: package.to_owned(),
            dependencies,
        })
    }

    /// The name of the library's crate in Rust.
    pub fn krate(&self) -> String {
        self.package.replace('-', "_")
    }

    /// Whether the library is one of the tree, so that all that it is made of is known.
    pub fn is_of(&self, tree: &Tree) -> bool {
        self.folder.starts_with(tree.root())
    }

    /// Adds all sources of a library of the tree to a key.
    pub fn add_to(&self, context: &Context, key: &mut KeyBuilder) -> Result<()> {
        let tree = &context.tree;
        key.text(&self.name);
        for folder in SHARED {
            key.folder(&tree.path(folder))?;
        }
        // This code makes the file.
        key.folder(&tree.path("xtask/src/module"))?;
        key.folder(&self.folder)?;
        for folder in &self.dependencies {
            key.folder(folder)?;
        }
        Ok(())
    }
}

/// The known name that was meant, if one is near.
fn did_you_mean<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let name = name.to_lowercase();
    let near = known.iter().map(|known| {
        let distance = strsim::damerau_levenshtein(&name, known);
        let length = name.chars().count().max(known.len());
        (distance, length, *known)
    });
    let near = near.filter(|(distance, length, _)| *distance <= 1 + length / 4);
    near.min().map(|(_, _, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_found_by_name_and_by_folder() {
        let tree = Tree::current();
        let gain = Source::find(&tree, "gain").unwrap();
        assert_eq!(
            (gain.name.as_str(), gain.krate()),
            ("gain", "gain_library".into())
        );
        assert!(gain.is_of(&tree));
        let path = tree.path(LIBRARIES).join("gain");
        assert_eq!(Source::find(&tree, path.to_str().unwrap()).unwrap(), gain);
        assert!(Source::all(&tree).unwrap().contains(&gain));
    }

    #[test]
    fn an_unknown_library_is_refused_with_the_known_ones() {
        let error = Source::find(&Tree::current(), "no/such").unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("no library `no/such`") && text.contains("gain, "),
            "{text}"
        );
    }

    #[test]
    fn a_library_with_a_near_name_is_suggested() {
        for (name, meant) in [("gian", "gain"), ("GAIN", "gain"), ("eq-iir", "eq_iir")] {
            let error = Source::find(&Tree::current(), name).unwrap_err();
            let text = format!("there is no library `{name}`; did you mean `{meant}`?");
            assert_eq!(error.to_string(), text);
        }
    }

    #[test]
    fn packages_beside_it_count() {
        let shaper = Source::find(&Tree::current(), "shaper").unwrap();
        assert_eq!(shaper.dependencies, [shaper.folder.join("../curves")]);
    }
}
