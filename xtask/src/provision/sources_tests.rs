use proptest::prelude::*;

use super::*;

const DEB822: &str = "\
Types: deb deb-src
# A remark between two fields.
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/archive.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 abc

Enabled: no
Types: deb
URIs: http://off.example
Suites: bookworm
Components: main

Types: deb-src
URIs: http://only-source.example
Suites: bookworm
Components: main
";

fn lines(sources: &[Source]) -> Vec<String> {
    sources
        .iter()
        .map(|source| source.line(Kind::Binary))
        .collect()
}

#[test]
fn deb822_stanzas_become_one_entry_per_suite() {
    assert_eq!(
        lines(&parse_sources(DEB822)),
        [
            "deb [signed-by=/usr/share/keyrings/archive.gpg] http://mirror.example/debian bookworm main contrib",
            "deb [signed-by=/usr/share/keyrings/archive.gpg] http://mirror.example/debian bookworm-updates main contrib",
            "deb http://mirror.example/debian-security bookworm-security main",
        ]
    );
}

#[test]
fn one_line_entries_keep_what_decides_trust() {
    let text = "\
# deb http://commented.example bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian bookworm main  # remark
deb-src http://mirror.example/debian bookworm main
deb http://flat.example ./
debris is not an entry
deb\thttp://tabs.example\tbookworm\tmain
";
    assert_eq!(
        lines(&parse_list(text)),
        [
            "deb [signed-by=/k.gpg] http://mirror.example/debian bookworm main",
            "deb http://flat.example ./",
            "deb http://tabs.example bookworm main",
        ]
    );
}

#[test]
fn another_release_has_the_same_mirrors_but_not_third_party_suites() {
    let mut sources = parse_sources(DEB822);
    sources.extend(parse_list(
        "deb http://third.example stable main\ndeb http://m.example bookworm-backports main",
    ));
    let machine = Machine {
        release: "bookworm".into(),
        sources,
    };
    let derived: Vec<_> = machine
        .of_release("trixie")
        .iter()
        .map(|source| source.line(Kind::Source))
        .collect();
    assert_eq!(
        derived,
        [
            "deb-src [signed-by=/usr/share/keyrings/archive.gpg] http://mirror.example/debian trixie main contrib",
            "deb-src [signed-by=/usr/share/keyrings/archive.gpg] http://mirror.example/debian trixie-updates main contrib",
            "deb-src http://mirror.example/debian-security trixie-security main",
        ]
    );
}

#[test]
fn a_machine_is_read_from_its_files() {
    let etc = tempfile::tempdir().unwrap();
    let parts = etc.path().join("apt/sources.list.d");
    std::fs::create_dir_all(&parts).unwrap();
    std::fs::write(
        etc.path().join("os-release"),
        "NAME=\"X\"\nVERSION_CODENAME=\"bookworm\"\n",
    )
    .unwrap();
    std::fs::write(
        etc.path().join("apt/sources.list"),
        "deb http://a.example bookworm main\n",
    )
    .unwrap();
    std::fs::write(parts.join("b.sources"), DEB822).unwrap();
    std::fs::write(
        parts.join("c.list.disabled"),
        "deb http://no.example bookworm main\n",
    )
    .unwrap();
    let machine = Machine::read(etc.path()).unwrap();
    assert_eq!(machine.release, "bookworm");
    assert_eq!(machine.sources.len(), 4);
}

#[test]
fn a_system_without_a_code_name_is_refused_with_the_reason() {
    let etc = tempfile::tempdir().unwrap();
    std::fs::write(etc.path().join("os-release"), "NAME=X\n").unwrap();
    assert!(
        Machine::read(etc.path())
            .unwrap_err()
            .to_string()
            .contains("VERSION_CODENAME")
    );
}

prop_compose! {
    fn any_source()(
        uri in "[a-z]{1,8}://[a-z./]{1,12}",
        suite in "[a-z][a-z-]{0,11}",
        components in proptest::collection::vec("[a-z][a-z-]{0,6}", 0..3),
        key in proptest::option::of("/[a-z/.]{1,12}"),
    ) -> Source {
        let options = key.map(|key| ("signed-by".to_string(), key)).into_iter().collect();
        Source { uri, suite, components, options }
    }
}

proptest! {
    #[test]
    fn a_written_entry_reads_back(source in any_source()) {
        prop_assert_eq!(parse_list(&source.line(Kind::Binary)), vec![source]);
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in "(?s).{0,200}") {
        parse_list(&text);
        parse_sources(&text);
    }

    #[test]
    fn stanzas_lose_no_field(fields in proptest::collection::btree_map("[a-z][a-z-]{0,8}", "[a-z0-9][a-z0-9 ]{0,8}[a-z0-9]", 1..6)) {
        let text: String = fields.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
        prop_assert_eq!(stanzas(&text), vec![fields]);
    }
}
