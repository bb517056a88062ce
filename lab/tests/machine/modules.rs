//! Faults in loaded modules, with the firmware and the libraries of the tree.

use std::path::Path;
use std::process::Command;

use crate::lab::{Finished, Lab, variable};

const LIBRARIES: &str = "ACELAB_LIBRARIES";

/// A case in which a module is stopped and nobody expects it.
const STOPPED: &str = "summary: A module is stopped\nfirmware: debug\nlibraries: { 3: hostile }\nsnapshot: []\nsteps:\n  - boot\n  - load: 3\n  - ipc: { create_pipeline: { id: 1 } }\n  - ipc: { init_instance: { module: illegal@3, pipeline: 1, payload: { parts: [{ base: { format: s32le/48000/2 } }, { words: [4] }] } } }\n  - ipc: { large_config_get: { module: illegal@3, param: 1 } }\n    expect: { status: invalid_resource_id }\n  - run: 5 ms\n";

fn lab() -> Lab {
    Lab::with(&[("modules/stopped", STOPPED)])
}

fn run(lab: &Lab, arguments: &[&str], libraries: &Path) -> Finished {
    let mut command: Command = lab.command(arguments);
    command.env(LIBRARIES, libraries);
    Finished::of(command.output().expect("the lab runs"))
}

/// What a text says of the address where the module was.
fn place(text: &str) -> &str {
    let (_, place) = text
        .split_once("PC 0x")
        .unwrap_or_else(|| panic!("no fault in\n{text}"));
    place.lines().next().unwrap_or_default()
}

#[test]
fn a_fault_in_a_module_is_shown_with_function_and_line() {
    let lab = lab();
    let libraries = variable(LIBRARIES);
    let failed = run(&lab, &["run"], &libraries);
    failed
        .expect(1, "user fault")
        .expect(1, "illegal instruction");
    let kept = lab.read("target/lab/failures/modules__stopped/verdict.txt");
    let shown = run(&lab, &["show", "modules/stopped"], &libraries);
    for text in [&failed.text, &kept, &shown.text] {
        let place = place(text);
        let expected = " <HOSTILE@3 hostile_illegal+0x0 asm/attacks.S:";
        assert!(place.contains(expected), "{place}");
    }
    // Who called it, as far as the compiler leaves it: Rust of the library.
    let report: Vec<&str> = shown
        .text
        .lines()
        .filter(|line| line.contains("fault: **  "))
        .collect();
    let report = report.join("\n");
    for part in [
        "<HOSTILE@3 <[hostile_library::Hostile",
        "+0x",
        " src/lib.rs:",
    ] {
        assert!(report.contains(part), "no `{part}` in\n{report}");
    }
}

#[test]
fn without_its_elf_file_a_module_has_name_and_offset() {
    let lab = lab();
    let libraries = lab.path("libraries");
    std::fs::create_dir(&libraries).expect("a folder");
    let file = "hostile.acelib";
    std::fs::copy(variable(LIBRARIES).join(file), libraries.join(file)).expect("a library");
    let failed = run(&lab, &["run"], &libraries);
    let place = place(&failed.text);
    assert!(place.contains(" <HOSTILE@3+0x"), "{place}");
}
