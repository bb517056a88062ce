//! Reports for people, programs and CI.

use std::fs;

use serde_json::Value;

use crate::lab::{BOOT, Finished, Lab};

const FAILS: &str = "summary: It fails\nmachine: { cores: 2 }\nsnapshot: []\nsteps:\n  - boot\n  - cores: { up: [1] }\n  - ipc: { set_dx: { core_mask: 1, dx_mask: 1 } }\n";

fn lab() -> Lab {
    let lab = Lab::with(&[("area/boot", BOOT), ("other/fails", FAILS)]);
    lab.run(&["run", "boot", "--update"]).expect(0, "1 passed");
    lab
}

#[test]
fn a_failure_says_everything_and_keeps_it() {
    let lab = lab();
    let finished = lab.run(&["run"]);
    finished
        .expect(
            1,
            "cases/other/fails.yaml:7: status of set_dx 0x47000000|0x0 [0x1 0x1]",
        )
        .expect(1, "expected: success (0)")
        .expect(1, "came: bad_state (5)")
        .expect(1, "run again: cargo xtask lab run other/fails")
        .expect(1, "1 passed, 1 failed");
    for core in [" c0 ", " c1 ", " -- "] {
        finished.expect(1, core);
    }
    let kept = |name: &str| lab.read(&format!("target/lab/failures/other__fails/{name}"));
    assert!(kept("events.log").contains("start core=1"));
    assert!(
        kept("cores.txt").contains("core 1 waiting"),
        "{}",
        kept("cores.txt")
    );
    assert_eq!(kept("case.yaml"), FAILS);
    assert!(kept("verdict.txt").contains("bad_state"));
    assert!(
        kept("run.txt").contains("firmware production sha256 "),
        "{}",
        kept("run.txt")
    );
    assert_eq!(kept("target.stderr"), "");
}

#[test]
fn json_and_junit_tell_the_same() {
    let lab = lab();
    lab.run(&[
        "run",
        "--json",
        "new/folder/out.json",
        "--junit",
        "new/out.xml",
    ])
    .expect(1, "1 passed, 1 failed");
    let json: Value = serde_json::from_str(&lab.read("new/folder/out.json")).expect("JSON");
    assert_eq!(
        (&json["passed"], &json["failed"]),
        (&Value::from(1), &Value::from(1))
    );
    assert_eq!(json["cases"][1]["id"], "other/fails");
    assert_eq!(json["cases"][1]["failures"][0]["line"], 7);
    assert!(json["cases"][0]["virtual_ns"].as_u64() > Some(0));
    let xml = lab.read("new/out.xml");
    assert!(
        xml.contains("tests=\"2\" skipped=\"0\" failures=\"1\" errors=\"0\""),
        "{xml}"
    );
    assert!(
        xml.contains("bad_state") && !xml.contains('\u{1b}'),
        "{xml}"
    );
}

#[test]
fn github_gets_annotations_and_a_summary() {
    let lab = lab();
    let mut command = lab.command(&["run"]);
    command
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_STEP_SUMMARY", lab.path("summary.md"));
    let finished = Finished::of(command.output().expect("the lab runs"));
    finished.expect(
        1,
        "::error file=cases/other/fails.yaml,line=7,title=other/fails::status of set_dx",
    );
    assert!(!finished.text.contains("%3A") && finished.text.contains(": expected "));
    assert!(lab.read("summary.md").contains("| FAIL | other/fails |"));
}

#[test]
fn a_run_is_deterministic_and_shown_in_order() {
    let lab = lab();
    lab.run(&["run", "boot", "--check-determinism"])
        .expect(0, "1 of 1 cases are the same, byte for byte");
    let raw = lab.run(&["show", "area/boot", "--raw"]);
    raw.expect(0, "rom   state manifest-loaded");
    assert_eq!(raw.text, lab.run(&["show", "area/boot", "--raw"]).text);
    let shown = lab.run(&["show", "area/boot", "--channel", "log"]);
    shown.expect(0, "core 0 log");
    assert!(
        !shown.text.contains(" power ") && !shown.text.contains('\u{1b}'),
        "{shown:?}"
    );
    let listed = lab.run(&["list"]);
    listed.expect(0, "other/fails  It fails");
    fs::remove_dir_all(lab.path("cases")).expect("removed");
    lab.run(&["list"]).expect(2, "cannot read cases");
}

#[test]
fn bench_prints_its_figures() {
    let lab = lab();
    let finished = lab.run(&["bench", "--runs", "1"]);
    for part in [
        "boot: first instruction to FW_READY",
        "doorbell to reply",
        "interrupt level 3: entry",
        "tick with EQIIR",
        "ratio",
    ] {
        finished.expect(0, part);
    }
    let count = |text: &str| -> Option<u64> {
        let line = text
            .lines()
            .find(|line| line.contains("first instruction to FW_READY"))?;
        line.split_whitespace().find_map(|word| word.parse().ok())
    };
    let again = lab.run(&["bench", "firmware"]);
    assert!(count(&finished.text) > Some(1_000), "{finished:?}");
    assert_eq!(count(&finished.text), count(&again.text));
    assert!(!again.text.contains("tick with") && !again.text.contains("ratio"));
}
