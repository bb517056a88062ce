//! The JSON Schema and the cases agree.

use std::fs;
use std::path::{Path, PathBuf};

use acelab_lab::case::{load_folder, schema::schema};
use acelab_lab::library::Shelf;

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../cases")
}

#[test]
fn the_committed_schema_is_fresh() {
    let committed = fs::read_to_string(cases().join("schema.json")).unwrap_or_default();
    assert!(
        committed == schema(),
        "cases/schema.json is stale; run `cargo xtask lab schema --write`"
    );
}

#[test]
fn every_case_names_the_schema_and_follows_it() {
    let schema = serde_json::from_str(&schema()).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    for file in load_folder(&cases(), &Shelf::default()).expect("readable cases") {
        assert!(
            file.text
                .starts_with("# yaml-language-server: $schema=../schema.json\n"),
            "{} does not begin with its schema line",
            file.name
        );
        let value: serde_json::Value = serde_yaml::from_str(&file.text).expect("YAML");
        let errors: Vec<_> = validator
            .iter_errors(&value)
            .map(|error| error.to_string())
            .collect();
        assert!(errors.is_empty(), "{}: {errors:#?}", file.name);
    }
}

#[test]
fn what_the_lab_refuses_for_its_form_the_schema_refuses_too() {
    let schema = serde_json::from_str(&schema()).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/diagnostics");
    for name in [
        "unknown_step",
        "several",
        "field_values",
        "misplaced_expect",
        "missing",
        "not_a_case",
    ] {
        let text = fs::read_to_string(folder.join(format!("{name}.yaml"))).expect("readable");
        let value: serde_json::Value = serde_yaml::from_str(&text).expect("YAML");
        assert!(!validator.is_valid(&value), "{name}");
    }
}

#[test]
fn every_snapshot_belongs_to_a_case_and_every_case_has_its_own() {
    let mut expected: Vec<String> = load_folder(&cases(), &Shelf::default())
        .expect("readable cases")
        .iter()
        .flat_map(|file| file.cases.as_ref().expect("a right case"))
        .filter(|case| !case.snapshot.is_empty())
        .map(|case| format!("{}.snap", case.id.file_stem()))
        .collect();
    let mut found: Vec<String> = fs::read_dir(cases().join("../snapshots"))
        .expect("the snapshots")
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name.ends_with(".snap"))
        .collect();
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}
