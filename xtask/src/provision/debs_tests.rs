use proptest::prelude::*;

use super::*;

fn deb(name: &str, depends: &str) -> Deb {
    Deb {
        name: name.into(),
        version: "1".into(),
        size: 1,
        sha256: String::new(),
        depends: parse_depends(depends),
    }
}

/// The names chosen from a small archive.
fn check(
    archive: &[(&str, &str)],
    installed: &[(&str, &str)],
    roots: &[&str],
) -> Result<Vec<String>> {
    let installed = installed
        .iter()
        .map(|(name, version)| (name.to_string(), Version::new(*version)))
        .collect();
    let roots: Vec<_> = roots.iter().map(|root| root.to_string()).collect();
    let debs = closure(&roots, &installed, |names| {
        let known = archive
            .iter()
            .filter(|(name, _)| names.iter().any(|wanted| wanted == name));
        Ok(known.map(|(name, depends)| deb(name, depends)).collect())
    })?;
    Ok(debs.into_iter().map(|deb| deb.name).collect())
}

#[test]
fn dependencies_are_followed_until_they_are_installed() {
    let archive = [
        ("tool", "liba (>= 2), libc6, libb"),
        ("liba", "libd"),
        ("libd", ""),
        ("libb", "libe"),
    ];
    let names = check(&archive, &[("libb", "1")], &["tool"]).unwrap();
    assert_eq!(names, ["liba", "libd", "tool"]);
}

#[test]
fn an_installed_package_of_another_version_does_not_do_for_an_exact_one() {
    let archive = [("x-dev", "libx (= 1)"), ("libx", "")];
    assert_eq!(
        check(&archive, &[("libx", "0.9")], &["x-dev"]).unwrap(),
        ["libx", "x-dev"]
    );
    assert_eq!(
        check(&archive, &[("libx", "1")], &["x-dev"]).unwrap(),
        ["x-dev"]
    );
}

#[test]
fn a_root_is_taken_even_when_it_is_installed() {
    assert_eq!(
        check(&[("tool", "")], &[("tool", "1")], &["tool"]).unwrap(),
        ["tool"]
    );
}

#[test]
fn the_first_alternative_that_exists_is_taken() {
    let archive = [("tool", "gone | there"), ("there", "")];
    assert_eq!(check(&archive, &[], &["tool"]).unwrap(), ["there", "tool"]);
}

#[test]
fn cycles_end() {
    let archive = [("a", "b"), ("b", "a")];
    assert_eq!(check(&archive, &[], &["a"]).unwrap(), ["a", "b"]);
}

#[test]
fn a_missing_package_is_named() {
    let error = check(&[("tool", "gone")], &[], &["tool"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no package source of this machine has gone"
    );
}

#[test]
fn depends_fields_are_parsed() {
    let wanted = |name: &str, exactly: Option<&str>| Wanted {
        name: name.into(),
        exactly: exactly.map(Into::into),
    };
    assert_eq!(
        parse_depends("liba (>= 1.0), libb:any | libc [amd64], libd (= 2-1)"),
        [
            vec![wanted("liba", None)],
            vec![wanted("libb", None), wanted("libc", None)],
            vec![wanted("libd", Some("2-1"))]
        ]
    );
}

proptest! {
    #[test]
    fn any_depends_text_is_read_without_a_panic(text in "(?s).{0,80}") {
        parse_depends(&text);
    }

    #[test]
    fn nothing_that_is_needed_is_left_out(edges in proptest::collection::vec((0usize..6, 0usize..6), 0..12)) {
        let names = ["p0", "p1", "p2", "p3", "p4", "p5"];
        let depends: Vec<String> = (0..6)
            .map(|from| edges.iter().filter(|edge| edge.0 == from).map(|edge| names[edge.1]).collect::<Vec<_>>().join(", "))
            .collect();
        let archive: Vec<_> = names.iter().copied().zip(depends.iter().map(String::as_str)).collect();
        let chosen = check(&archive, &[], &["p0"]).unwrap();
        for (from, to) in edges {
            if chosen.contains(&names[from].to_string()) {
                prop_assert!(chosen.contains(&names[to].to_string()));
            }
        }
    }
}

#[test]
fn a_download_with_another_hash_is_refused() {
    let (downloads, into) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(
        downloads.path().join("tool_1.deb"),
        "not what the list promised",
    )
    .unwrap();
    let error = unpack("tool", &[deb("tool", "")], downloads.path(), into.path()).unwrap_err();
    assert!(
        error.to_string().contains("hash of the package list"),
        "{error}"
    );
}

#[test]
fn packages_are_unpacked_without_what_no_build_reads() {
    let dir = tempfile::tempdir().unwrap();
    let package = dir.path().join("package");
    let files = [
        "usr/share/doc/x",
        "usr/src/rustc-1/src/x",
        "usr/src/rustc-1/library/core/src/lib.rs",
        "usr/bin/tool",
    ];
    for file in files {
        let path = package.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file).unwrap();
    }
    std::fs::create_dir(package.join("DEBIAN")).unwrap();
    let control = "Package: x\nVersion: 1\nArchitecture: all\nMaintainer: x\nDescription: x\n";
    std::fs::write(package.join("DEBIAN/control"), control).unwrap();
    let file = dir.path().join("x.deb");
    run(Command::new("dpkg-deb")
        .args(["--build", "--root-owner-group"])
        .args([&package, &file]))
    .unwrap();
    let into = dir.path().join("into");
    std::fs::create_dir(&into).unwrap();
    unpack_one(&file, &into).unwrap();
    let there: Vec<_> = files
        .iter()
        .filter(|file| into.join(file).exists())
        .collect();
    assert_eq!(there, [&files[2], &files[3]]);
}
