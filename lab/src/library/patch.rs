//! Changes in a library file, by the names of its fields.

use acelab_library::error::LoadError;
use acelab_library::write::{Layout, to_bytes, to_words};

use crate::case::diagnostic::suggest;
use crate::case::{LibrarySource, PatchValue, Seal, Sealed};

/// Where the fields of an intact file are.
pub(super) fn layout(bytes: &[u8]) -> Result<Layout, LoadError> {
    Layout::read(&to_words(bytes))
}

/// Changes the fields, and makes the checksums right again where that is asked for.
pub(super) fn apply(
    source: &LibrarySource,
    layout: &Layout,
    bytes: &mut [u8],
) -> Result<(), String> {
    for (name, value) in &source.patch {
        let field = layout.bytes(name).ok_or_else(|| unknown(layout, name))?;
        let place = bytes
            .get_mut(field)
            .ok_or_else(|| format!("the field `{name}` is not in the file"))?;
        let new = match value {
            PatchValue::Word(word) => word.to_le_bytes().to_vec(),
            PatchValue::Text(text) => {
                let mut text = text.clone().into_bytes();
                text.resize(text.len().max(place.len()), 0);
                text
            }
        };
        place
            .get_mut(..new.len())
            .ok_or_else(|| {
                format!(
                    "the field `{name}` has room for {} bytes",
                    field_len(layout, name)
                )
            })?
            .copy_from_slice(&new);
    }
    match source.seal {
        _ if source.patch.is_empty() => {}
        Seal::All(true) => layout.seal_bytes(bytes),
        Seal::All(false) => {}
        Seal::Only(Sealed::Manifest) => {
            let mut words = to_words(bytes);
            layout.seal_manifest(&mut words);
            let sealed = to_bytes(&words);
            bytes[..sealed.len()].copy_from_slice(&sealed);
        }
    }
    Ok(())
}

fn field_len(layout: &Layout, name: &str) -> usize {
    layout.bytes(name).map_or(0, |field| field.len())
}

fn unknown(layout: &Layout, name: &str) -> String {
    let names: Vec<&str> = layout.fields().map(|(name, _)| name).collect();
    format!("there is no field `{name}`; {}", suggest(name, &names))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use acelab_library::fuzz::sample;
    use acelab_library::manifest::Manifest;

    use super::*;

    fn source(patch: &[(&str, PatchValue)], seal: Seal) -> LibrarySource {
        let patch = patch
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        LibrarySource {
            patch: patch.collect::<BTreeMap<_, _>>(),
            seal,
            ..LibrarySource::intact("sample")
        }
    }

    fn intact() -> Vec<u8> {
        sample::library().to_bytes().expect("a good library")
    }

    /// What a loader says to the file.
    fn loaded(bytes: &[u8]) -> Result<(), LoadError> {
        Manifest::parse(&to_words(bytes), sample::library().abi).map(|_| ())
    }

    #[test]
    fn a_patch_is_sealed_unless_it_is_not() {
        let patch = [("header.version", PatchValue::Word(7))];
        let layout = layout(&intact()).expect("a layout");
        let mut sealed = intact();
        apply(&source(&patch, Seal::All(true)), &layout, &mut sealed).expect("a field");
        assert_ne!(sealed, intact());
        assert_eq!(loaded(&sealed), Ok(()));
        let mut open = intact();
        apply(&source(&patch, Seal::All(false)), &layout, &mut open).expect("a field");
        assert!(loaded(&open).is_err());
        // A manifest that is right, with digests of parts as they stand in it.
        let patch = [("module[0].hash", PatchValue::Word(7))];
        let mut half = intact();
        apply(
            &source(&patch, Seal::Only(Sealed::Manifest)),
            &layout,
            &mut half,
        )
        .expect("a field");
        let wrong = loaded(&half).expect_err("another hash").to_string();
        assert_eq!(wrong, "module 0: its hash is not that of its text");
    }

    #[test]
    fn a_field_that_is_not_there_is_told_with_one_that_is() {
        let layout = layout(&intact()).expect("a layout");
        let mut bytes = intact();
        let wrong = source(&[("header.versoin", PatchValue::Word(1))], Seal::All(true));
        let error = apply(&wrong, &layout, &mut bytes).expect_err("no such field");
        assert!(error.contains("did you mean `header.version`"), "{error}");
        let long = PatchValue::Text("much too long a name".to_owned());
        let error = apply(
            &source(&[("header.name", long)], Seal::All(true)),
            &layout,
            &mut bytes,
        );
        assert!(error.expect_err("no room").contains("room for 8 bytes"));
        assert_eq!(bytes, intact());
    }
}
