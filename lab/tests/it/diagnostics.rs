//! What people see when a case file is wrong.

use std::fs;
use std::path::Path;

use acelab_lab::case::{load_folder, load_text, load_text_with};
use acelab_lab::library::Shelf;
use acelab_library::fuzz::sample;
use proptest::prelude::*;

/// Each file of `data/diagnostics` is wrong; its snapshot shows how that is told.
#[test]
fn wrong_cases_are_explained() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/diagnostics");
    let libraries = tempfile::tempdir().expect("a folder");
    let sample = sample::library().to_bytes().expect("a good library");
    fs::write(libraries.path().join("sample.acelib"), sample).expect("written");
    let shelf = Shelf::at(libraries.path());
    let mut names: Vec<String> = fs::read_dir(folder.as_path())
        .expect("the folder of wrong cases")
        .map(|entry| {
            entry
                .expect("readable")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| name.ends_with(".yaml"))
        .collect();
    names.sort();
    assert!(names.len() >= 12, "only {} wrong cases", names.len());
    for name in names {
        let text = fs::read_to_string(folder.join(&name)).expect("readable");
        let findings = load_text_with("area/name", &text, &shelf).expect_err(&name);
        let shown: Vec<_> = findings
            .iter()
            .map(|finding| finding.render(&name, &text, false))
            .collect();
        insta::with_settings!({
            snapshot_path => folder.as_path(),
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_snapshot!(name.trim_end_matches(".yaml"), shown.join("\n\n"));
        });
    }
}

/// Text that looks like a case often enough to get past the first check.
fn nearly_a_case() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "summary: x\n",
        "steps:\n",
        "  - boot\n",
        "  - run: 5 ms\n",
        "  - run: [\n",
        "matrix: { a: [1] }\n",
        "  - ipc: { raw: { primary: 1 } }\n",
        "    expect: { status: 7 }\n",
        "${a}",
        "\"",
        "'",
        "{",
        "}",
        "[",
        "]",
        ":",
        " ",
        "\n",
        "- ",
        "&x ",
        "*x",
        "!t ",
        "|\n",
        ">\n",
        "\t",
        "é",
        "\u{feff}",
        "#",
        "---\n",
        "0x",
        "  - repeat: { times: ${a}, steps: [boot] }\n",
        "machine: { cores: ${a} }\n",
    ]);
    prop::collection::vec(word, 0..24).prop_map(|words| words.concat())
}

fn never_panics(text: &str) {
    if let Err(findings) = load_text("area/name", text) {
        assert!(!findings.is_empty(), "an error without a finding");
        for finding in findings {
            let _ = finding.render("case.yaml", text, false);
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_a_case_or_explained(text in "(?s).*") {
        never_panics(&text);
    }

    #[test]
    fn anything_like_a_case_is_a_case_or_explained(text in nearly_a_case()) {
        never_panics(&text);
    }
}

#[test]
fn a_case_in_a_wrong_place_is_not_left_out_in_silence() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("area/deeper")).expect("made");
    for name in [
        "area/good.yaml",
        "area/bad.yml",
        "bad.yaml",
        "area/deeper/bad.yaml",
    ] {
        let text = "summary: It boots\nsteps: [boot]\n";
        fs::write(folder.path().join(name), text).expect("written");
    }
    let files = load_folder(folder.path(), &Shelf::default()).expect("readable");
    for file in &files {
        let good = file.name == "area/good";
        assert_eq!(file.cases.is_ok(), good, "{}", file.path.display());
    }
    assert_eq!(files.len(), 4);
}
