//! Reviewed snapshots and what a difference leads to.

use std::fs;

use crate::lab::{BOOT, Lab};

const SNAPSHOT: &str = "snapshots/area__boot.snap";
const PENDING: &str = "snapshots/area__boot.snap.new";

/// A lab whose snapshot was accepted and then changed by hand.
fn changed() -> Lab {
    let lab = Lab::with(&[("area/boot", BOOT)]);
    lab.run(&["run", "--update"]).expect(0, "1 passed");
    let text = lab
        .read(SNAPSHOT)
        .replace("Acelab initialized", "Acelab initialised");
    fs::write(lab.path(SNAPSHOT), text).expect("written");
    lab
}

#[test]
fn a_case_without_a_snapshot_waits_for_review() {
    let lab = Lab::with(&[("area/boot", BOOT)]);
    lab.run(&["run"])
        .expect(1, "there is no reviewed snapshot yet");
    assert!(lab.path(PENDING).exists() && !lab.path(SNAPSHOT).exists());
}

#[test]
fn a_difference_is_shown_kept_pending_and_can_be_accepted() {
    let lab = changed();
    lab.run(&["run"])
        .expect(1, "-<inf> init: Acelab initialised")
        .expect(1, "+<inf> init: Acelab initialized");
    assert!(lab.read(PENDING).contains("Acelab initialized"));
    lab.run(&["run", "--update"]).expect(0, "1 passed");
    assert!(!lab.path(PENDING).exists());
    lab.run(&["run"]).expect(0, "1 passed");
}

#[test]
fn an_extra_log_line_is_a_difference() {
    let lab = Lab::with(&[("area/boot", BOOT)]);
    lab.run(&["run", "--update"]).expect(0, "1 passed");
    let text = lab
        .read(SNAPSHOT)
        .replace("<inf> init: Acelab initialized\n", "");
    fs::write(lab.path(SNAPSHOT), text).expect("written");
    lab.run(&["run"])
        .expect(1, "+<inf> init: Acelab initialized");
}

#[test]
fn ci_writes_nothing() {
    let lab = changed();
    let status = lab
        .command(&["run"])
        .env("CI", "true")
        .output()
        .expect("the lab runs")
        .status;
    assert_eq!(status.code(), Some(1));
    assert!(!lab.path(PENDING).exists());
}

/// `insta` itself, which people review with, must take the files for its own.
#[test]
fn the_files_are_those_of_insta() {
    let lab = Lab::with(&[("area/boot", BOOT)]);
    lab.run(&["run", "--update"]).expect(0, "1 passed");
    let file = lab.read(SNAPSHOT);
    let (_, contents) = file
        .trim_start_matches("---\n")
        .split_once("\n---\n")
        .expect("a head");
    insta::with_settings!({
        snapshot_path => lab.path("snapshots"),
        prepend_module_to_snapshot => false,
    }, {
        insta::assert_snapshot!("area__boot", contents);
        let other = std::panic::catch_unwind(|| insta::assert_snapshot!("area__boot", "other"));
        assert!(other.is_err(), "insta looks at another file");
    });
}
