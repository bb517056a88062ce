//! The commands that documents and the workflow name must be commands of the lab.

use std::fs;
use std::path::Path;

use clap::Parser;

use super::Cli;

/// Files that name commands of the lab, below the root of the tree.
const DOCUMENTS: [&str; 6] = [
    ".github/workflows/lab.yml",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "README.md",
    "cases/README.md",
    "ci/README.md",
];

/// The arguments of each `cargo xtask lab …` and `cargo xtask bench …` in `text`. A command
/// ends at a backtick, a comment, two spaces or the end of its line.
fn commands(text: &str) -> Vec<Vec<&str>> {
    let mut all = Vec::new();
    for (lead, first) in [
        ("cargo xtask lab ", None),
        ("cargo xtask bench", Some("bench")),
    ] {
        for line in text.lines() {
            for rest in line.split(lead).skip(1) {
                let end = ["`", "#", "  ", "…"]
                    .iter()
                    .filter_map(|mark| rest.find(mark));
                let command = &rest[..end.min().unwrap_or(rest.len())];
                all.push(
                    first
                        .into_iter()
                        .chain(command.split_whitespace())
                        .collect(),
                );
            }
        }
    }
    all
}

fn is_command(args: &[&str]) -> Result<(), String> {
    let line = std::iter::once("lab").chain(args.iter().copied());
    Cli::try_parse_from(line)
        .map(drop)
        .map_err(|error| format!("{args:?}: {error}"))
}

#[test]
fn commands_in_documents_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = 0;
    for document in DOCUMENTS {
        let text = fs::read_to_string(root.join(document)).expect(document);
        for command in commands(&text) {
            is_command(&command).unwrap_or_else(|error| panic!("{document}: {error}"));
            found += 1;
        }
    }
    assert!(found >= 15, "only {found} commands were found");
}

#[test]
fn a_command_that_does_not_exist_is_found() {
    let text = "`cargo xtask lab rnu --jobs 1` and\ncargo xtask lab run --jnuit x  # no\n";
    let commands = commands(text);
    assert_eq!(
        commands,
        [vec!["rnu", "--jobs", "1"], vec!["run", "--jnuit", "x"]]
    );
    assert!(commands.iter().all(|command| is_command(command).is_err()));
}
