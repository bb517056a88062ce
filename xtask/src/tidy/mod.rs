//! `cargo xtask tidy`: rules about the tree that no compiler checks.
//!
//! Each rule is a function from the files to its complaints, so that its test
//! can show it a small tree that breaks the rule.

mod clock;
mod layers;
mod links;
mod map;
mod places;
mod size;
mod unsafe_count;
mod unsafety;
mod workflow;

use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};

use crate::provision::machine::run as output;
use crate::tree::Tree;

/// A file that belongs to the project.
#[derive(Debug, Clone)]
pub struct File {
    /// Path from the top folder, with `/`.
    pub path: String,
    /// Its text; lossy where it is not UTF-8.
    pub text: String,
}

impl File {
    /// A file of a test.
    #[cfg(test)]
    pub fn of(path: &str, text: &str) -> File {
        File {
            path: path.into(),
            text: text.into(),
        }
    }

    /// Whether the file lies in a folder.
    pub fn is_below(&self, folder: &str) -> bool {
        self.path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
    }

    /// Whether the file has one of these extensions.
    pub fn has_extension(&self, extensions: &[&str]) -> bool {
        self.path
            .rsplit_once('.')
            .is_some_and(|(_, extension)| extensions.contains(&extension))
    }

    /// The lines with their numbers, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(index, line)| (index + 1, line))
    }
}

/// A rule: a name, and what it complains about.
type Rule = (&'static str, fn(&[File]) -> Vec<String>);

const RULES: [Rule; 9] = [
    ("code map", map::check),
    ("file size", size::check),
    ("places and hosts", places::check),
    ("workflow commands", workflow::check),
    ("layers", layers::check),
    ("clock", clock::check),
    ("unsafe", unsafety::check),
    ("unsafe count", unsafe_count::check),
    ("links", links::check),
];

/// Runs the command: exit code 1 when there is a complaint.
pub fn command() -> Result<ExitCode> {
    let complaints = run(&Tree::current())?;
    Ok(ExitCode::from(u8::from(!complaints.is_empty())))
}

/// Checks a tree, prints the complaints, and gives them.
pub fn run(tree: &Tree) -> Result<Vec<String>> {
    let files = files(tree)?;
    let mut complaints = Vec::new();
    for (name, rule) in RULES {
        for complaint in rule(&files) {
            let line = format!("{name}: {complaint}");
            println!("{line}");
            complaints.push(line);
        }
    }
    println!(
        "tidy: {} files, {} rules, {} complaints",
        files.len(),
        RULES.len(),
        complaints.len()
    );
    Ok(complaints)
}

/// The project's files: tracked, or new and not ignored.
fn files(tree: &Tree) -> Result<Vec<File>> {
    let mut git = Command::new("git");
    git.arg("-C").arg(tree.root()).args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]);
    let list = output(&mut git).context("listing the tree's files")?;
    let mut paths: Vec<_> = list.split('\0').filter(|path| !path.is_empty()).collect();
    paths.sort_unstable();
    paths.dedup();
    let mut files = Vec::new();
    for path in paths {
        // A tracked file that was just removed is still listed.
        if let Ok(bytes) = std::fs::read(tree.path(path)) {
            files.push(File {
                path: path.into(),
                text: String::from_utf8_lossy(&bytes).into_owned(),
            });
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let complaints = run(&Tree::current()).unwrap();
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }
}
