//! The tree with positions holds what `serde_yaml` reads from the same text.

use std::path::Path;

use acelab_lab::case::load_folder;
use acelab_lab::case::yaml;
use acelab_lab::library::Shelf;
use proptest::prelude::*;
use serde_json::Value;

/// What both make of a text; nothing where the tree's reader refuses it.
fn both(text: &str) -> Option<(Value, Result<Value, String>)> {
    let tree = yaml::parse(text).ok()?;
    let ours = yaml::decode::<Value>(&tree).ok()?;
    let theirs = serde_yaml::from_str::<Value>(text).map_err(|error| error.to_string());
    Some((ours, theirs))
}

#[test]
fn every_case_is_read_alike() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../cases");
    for file in load_folder(&cases, &Shelf::default()).expect("readable cases") {
        let (ours, theirs) = both(&file.text).expect("a tree");
        assert_eq!(Ok(ours), theirs, "{}", file.name);
    }
}

#[test]
fn values_on_which_yaml_readers_disagree_are_read_alike() {
    for value in [
        "no",
        "off",
        "yes",
        "on",
        "y",
        "true",
        "True",
        "TRUE",
        "null",
        "Null",
        "~",
        "",
        "1_000",
        "0x10",
        "0X10",
        "0o17",
        "010",
        "0b11",
        "+5",
        "-0",
        "-5",
        "1e3",
        "1.",
        ".5",
        "1.50",
        ".inf",
        "-.inf",
        ".nan",
        "1:30",
        "2024-01-01",
        "0xFFFFFFFFFFFFFFFF",
        "5 ms",
        "'5'",
        "\"0x10\"",
        "nul",
        "fals",
        "-",
    ] {
        let text = format!("key: {value}\n");
        let Some((ours, theirs)) = both(&text) else {
            assert!(
                serde_yaml::from_str::<Value>(&text).is_err() || value == "-",
                "only we refuse `{value}`"
            );
            continue;
        };
        assert_eq!(Ok(ours), theirs, "`{value}`");
    }
}

/// Flow and block collections of plain, quoted and numeric scalars.
fn document() -> impl Strategy<Value = String> {
    // Inside brackets the two disagree about a scalar that looks like a document marker.
    let plain = "[a-z0-9_.+-]{1,8}".prop_filter("a marker", |text| !text.starts_with("---"));
    let scalar = prop_oneof![
        plain,
        "'[a-z0-9 :,]{0,8}'",
        "\"[a-z0-9 :,]{0,8}\"",
        any::<i64>().prop_map(|number| number.to_string()),
        any::<u32>().prop_map(|number| format!("{number:#x}")),
    ];
    let value = scalar.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..4).prop_map(|entries| {
                let entries: Vec<_> = entries
                    .iter()
                    .map(|(key, value)| format!("{key}: {value}"))
                    .collect();
                format!("{{ {} }}", entries.join(", "))
            }),
        ]
    });
    prop::collection::btree_map("[a-z]{1,6}", value, 1..5).prop_map(|entries| {
        entries
            .iter()
            .map(|(key, value)| format!("{key}: {value}\n"))
            .collect()
    })
}

proptest! {
    #[test]
    fn documents_are_read_alike(text in document()) {
        if let Some((ours, Ok(theirs))) = both(&text) {
            prop_assert_eq!(ours, theirs);
        }
    }
}
