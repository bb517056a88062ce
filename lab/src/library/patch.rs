//! Changes in a library file, by the names of its fields.

use std::ops::Range;

use acelab_library::error::LoadError;
use acelab_library::write::{Layout, to_bytes, to_words};

use crate::case::diagnostic::{HELP, did_you_mean};
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
        let place = place(layout, name)?;
        let new = self::bytes(layout, name, value)?;
        bytes
            .get_mut(place)
            .and_then(|place| place.get_mut(..new.len()))
            .ok_or_else(|| format!("the field `{name}` is not in the file"))?
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

/// The bytes of a field, or advice when there is none of this name.
pub(super) fn place(layout: &Layout, name: &str) -> Result<Range<usize>, String> {
    layout.bytes(name).ok_or_else(|| {
        let names = layout.fields().map(|(name, _)| name);
        let help = match did_you_mean(name, names) {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!("there are {}", known(layout)),
        };
        format!("there is no field `{name}`{HELP}{help}")
    })
}

/// What is written to a field, from its start.
pub(super) fn bytes(layout: &Layout, name: &str, value: &PatchValue) -> Result<Vec<u8>, String> {
    let room = place(layout, name)?.len();
    let bytes = match value {
        PatchValue::Word(word) => word.to_le_bytes().to_vec(),
        PatchValue::Text(text) => {
            let mut text = text.clone().into_bytes();
            text.resize(text.len().max(room), 0);
            text
        }
    };
    if bytes.len() > room {
        return Err(format!("the field `{name}` has room for {room} bytes"));
    }
    Ok(bytes)
}

/// All fields in short: `header.{magic, length}, module[N].name`.
fn known(layout: &Layout) -> String {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (name, _) in layout.fields() {
        let name = any_index(name);
        let (group, last) = name.rsplit_once('.').unwrap_or(("", &name));
        let at = groups.iter().position(|(known, _)| known == group);
        let at = at.unwrap_or_else(|| {
            groups.push((group.to_owned(), Vec::new()));
            groups.len() - 1
        });
        let fields = &mut groups[at].1;
        if !fields.iter().any(|known| known == last) {
            fields.push(last.to_owned());
        }
    }
    let group = |(group, fields): &(String, Vec<String>)| match (group.as_str(), &fields[..]) {
        ("", fields) => fields.join(", "),
        (group, [field]) => format!("{group}.{field}"),
        (group, fields) => format!("{group}.{{{}}}", fields.join(", ")),
    };
    groups.iter().map(group).collect::<Vec<_>>().join(", ")
}

/// A field's name with `[N]` for each index.
fn any_index(name: &str) -> String {
    let mut parts = name.split('[');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| {
        let rest = part.split_once(']').map_or("", |(_, rest)| rest);
        format!("{name}[N]{rest}")
    })
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
