//! What there is to be covered is covered, or there is a reason why not.

use std::fs;
use std::path::{Path, PathBuf};

use acelab_abi::ipc4::Status;
use acelab_lab::case::{Case, load_folder};
use acelab_lab::coverage::{LoadErrors, Statuses, Table, reason};
use acelab_lab::library::Shelf;

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../cases")
}

fn loaded() -> Vec<Case> {
    let files = load_folder(&cases(), &Shelf::default()).expect("readable cases");
    files
        .into_iter()
        .flat_map(|file| file.cases.expect("valid cases"))
        .collect()
}

fn table() -> Table {
    Table::of(&loaded())
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

#[test]
fn every_status_is_answered_in_a_case_or_has_a_reason() {
    let table = Statuses::of(&loaded());
    let missing: Vec<Status> = table.missing().collect();
    assert!(missing.is_empty(), "neither case nor reason: {missing:?}");
    for row in table.rows {
        let both = reason(row.status).is_some() && !row.cases.is_empty();
        assert!(!both, "{:?} has a reason and {:?}", row.status, row.cases);
    }
}

#[test]
fn every_error_of_a_library_is_shown_by_a_case_or_has_a_reason() {
    let table = LoadErrors::of(&loaded());
    let missing: Vec<&str> = table.missing().collect();
    assert!(missing.is_empty(), "neither case nor reason: {missing:?}");
    for row in table.rows {
        let both = row.refusal.reason.is_some() && !row.cases.is_empty();
        assert!(!both, "{:?} is shown by {:?}", row.refusal, row.cases);
    }
}

/// The code of the firmware that answers commands, without its tests and without the debug IPC.
fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && name != "tests" && name != "debug" {
            sources(&path, text);
        } else if name.ends_with(".rs") {
            text.push_str(&fs::read_to_string(&path).expect("a readable file"));
        }
    }
}

#[test]
fn a_status_has_a_reason_if_and_only_if_the_firmware_does_not_answer_it() {
    let mut text = String::new();
    for part in ["ipc4", "audio", "dsp"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../firmware");
        sources(&folder.join(part).join("src"), &mut text);
    }
    let words: Vec<&str> = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != ':')
        .collect();
    for status in Status::ALL {
        let named = words.contains(&format!("Status::{status:?}").as_str());
        // No image gets as far as this answer.
        let answered = named && *status != Status::InvalidManifest;
        assert_eq!(answered, reason(*status).is_none(), "{status:?}");
    }
}
