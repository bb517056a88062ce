//! What there is to be covered is covered, or there is a reason why not.

use std::path::{Path, PathBuf};

use acelab_lab::case::{Case, load_folder};
use acelab_lab::coverage::Table;

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../cases")
}

fn table() -> Table {
    let files = load_folder(&cases()).expect("readable cases");
    let cases: Vec<Case> = files
        .into_iter()
        .flat_map(|file| file.cases.expect("valid cases"))
        .collect();
    Table::of(&cases)
}

#[test]
fn every_scenario_has_a_case_or_a_reason() {
    let table = table();
    let missing: Vec<&str> = table.missing().map(|row| row.item.id).collect();
    assert!(missing.is_empty(), "neither case nor reason: {missing:?}");
}

#[test]
fn a_reason_is_given_only_where_there_is_no_case() {
    for row in table().rows {
        let both = row.item.reason.is_some() && !row.cases.is_empty();
        assert!(!both, "{} has a reason and {:?}", row.item.id, row.cases);
    }
}
