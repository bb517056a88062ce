//! `firmware/variants.toml`: the builds of the firmware.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};

use crate::tree::Tree;

/// One build of the firmware.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// The features of the image's package.
    pub features: Vec<String>,
}

/// All builds, in the order of their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variants(Vec<Variant>);

impl Variants {
    /// Reads the tree's file.
    pub fn read(tree: &Tree) -> Result<Variants> {
        let path = tree.path("firmware/variants.toml");
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("reading {}", path.display()))?;
        Variants::parse(&text).with_context(|| format!("in {}", path.display()))
    }

    /// Reads the file's text: a list of features per name.
    pub fn parse(text: &str) -> Result<Variants> {
        let table: BTreeMap<String, Vec<String>> = toml::from_str(text)?;
        if table.is_empty() {
            bail!("there is no variant");
        }
        Ok(Variants(
            table
                .into_iter()
                .map(|(name, features)| Variant { name, features })
                .collect(),
        ))
    }

    /// All of them, or those named.
    pub fn select(self, names: &[String]) -> Result<Vec<Variant>> {
        if names.is_empty() {
            return Ok(self.0);
        }
        let find = |name: &String| {
            let known = || {
                self.0
                    .iter()
                    .map(|one| one.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            let found = self.0.iter().find(|one| one.name == *name).cloned();
            found.with_context(|| format!("there is no variant `{name}`; there are: {}", known()))
        };
        names.iter().map(find).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "production = []\ndebug = [\"debug\"]\n";

    #[test]
    fn variants_are_selected_by_name() {
        let variants = Variants::parse(TEXT).unwrap();
        assert_eq!(variants.clone().select(&[]).unwrap().len(), 2);
        let one = variants.select(&["debug".into()]).unwrap();
        assert_eq!(
            one,
            [Variant {
                name: "debug".into(),
                features: vec!["debug".into()]
            }]
        );
    }

    #[test]
    fn an_unknown_variant_is_refused_with_the_known_ones() {
        let error = Variants::parse(TEXT)
            .unwrap()
            .select(&["bug".into()])
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "there is no variant `bug`; there are: debug, production"
        );
        assert!(Variants::parse("").is_err());
    }

    #[test]
    fn the_tree_s_own_file_is_read() {
        Variants::read(&Tree::current())
            .unwrap()
            .select(&["production".into(), "debug".into()])
            .unwrap();
    }
}
