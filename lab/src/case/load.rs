//! From files to cases.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use acelab_abi::core_id::MAX_CORES;
use serde::de::DeserializeOwned;

use super::diagnostic::{Diagnostic, HELP, suggest};
use super::document::{Case, CaseId, Firmware, Machine, SnapshotPart};
use super::expect::Allow;
use super::library;
use super::loadable::Check;
use super::matrix::{choices, sample, substitute};
use super::steps::Reader;
use super::stream;
use super::time::VirtualTime;
use super::yaml::{Kind, Node, decode, parse};
use crate::library::Shelf;

/// A case file: its text, and its cases or what is wrong with it.
#[derive(Debug)]
pub struct CaseFile {
    /// `area/name`.
    pub name: String,
    /// Where it was read from.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// One case for each combination of the matrix.
    pub cases: Result<Vec<Case>, Vec<Diagnostic>>,
}

/// All case files of a folder, by name.
pub type Sources = Vec<CaseFile>;

/// Reads `<area>/<name>.yaml` below `folder`, in the order of their names. A YAML file in
/// another place or with another ending is a finding: no case is left out in silence.
pub fn load_folder(folder: &Path, shelf: &Shelf) -> io::Result<Sources> {
    let mut paths = Vec::new();
    yaml_files(folder, &mut paths)?;
    paths.sort();
    paths
        .into_iter()
        .map(|path| load_file(folder, path, shelf))
        .collect()
}

/// Everything below `folder` that looks like YAML.
fn yaml_files(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            yaml_files(&path, paths)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml" || extension == "yml")
        {
            paths.push(path);
        }
    }
    Ok(())
}

fn load_file(folder: &Path, path: PathBuf, shelf: &Shelf) -> io::Result<CaseFile> {
    let text = fs::read_to_string(&path)?;
    let relative = path
        .strip_prefix(folder)
        .unwrap_or(&path)
        .with_extension("");
    let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy()).collect();
    let name = parts.join("/");
    let is_case = parts.len() == 2 && path.extension().is_some_and(|end| end == "yaml");
    let cases = if is_case {
        let mut cases = load_text_with(&name, &text, shelf);
        for case in cases.iter_mut().flatten() {
            case.folder = path.parent().unwrap_or(folder).to_path_buf();
        }
        cases
    } else {
        let message =
            format!("this file is not where cases are{HELP}a case is cases/AREA/NAME.yaml");
        Err(vec![Diagnostic::new(message, 0..0)])
    };
    Ok(CaseFile {
        name,
        path,
        text,
        cases,
    })
}

/// Tag of cases that take too long for every run.
pub const EXHAUSTIVE: &str = "exhaustive";

/// The top-level keys of a case file.
pub(super) const KEYS: [&str; 17] = [
    "summary",
    "tags",
    "covers",
    "machine",
    "firmware",
    "matrix",
    "sample",
    "seed",
    "plant",
    "timeout",
    "allow",
    "forbid",
    "snapshot",
    "libraries",
    "streams",
    "expect",
    "steps",
];

/// The cases in `text`, or everything that can be seen to be wrong with it without the files of
/// its libraries.
pub fn load_text(name: &str, text: &str) -> Result<Vec<Case>, Vec<Diagnostic>> {
    load_text_with(name, text, &Shelf::default())
}

/// The cases in `text`, or everything that is wrong with it.
pub fn load_text_with(name: &str, text: &str, shelf: &Shelf) -> Result<Vec<Case>, Vec<Diagnostic>> {
    let root = parse(text)?;
    if !matches!(root.kind, Kind::Mapping(_)) {
        let message = format!(
            "{} where a case is expected{HELP}a case has at least `summary` and `steps`",
            root.describe()
        );
        return Err(vec![Diagnostic::new(message, root.span)]);
    }
    let mut findings = unknown_keys(&root);
    let choices = match choices(root.get("matrix")) {
        Ok(choices) => choices,
        Err(found) => {
            findings.extend(found);
            return Err(findings);
        }
    };
    let mut cases = Vec::new();
    for choice in choices {
        let mut found = Vec::new();
        let document = substitute(&root, &choice, &mut found);
        if found.is_empty() {
            let id = CaseId {
                file: name.to_owned(),
                choice: choice.suffix(),
            };
            cases.extend(one(id, text, &document, shelf, &mut found));
        }
        // The same mistake in each combination is one mistake.
        findings.extend(
            found
                .into_iter()
                .filter(|finding| !findings.contains(finding))
                .collect::<Vec<_>>(),
        );
    }
    leave_out(&root, &mut cases, &mut findings);
    if findings.is_empty() {
        return Ok(cases);
    }
    findings.sort_by_key(|finding| finding.span.start);
    Err(findings)
}

/// Tags the combinations that are not in the sample as exhaustive.
fn leave_out(root: &Node, cases: &mut [Case], findings: &mut Vec<Diagnostic>) {
    let Some(count) = optional(root, "sample", findings) else {
        return;
    };
    let seed = cases.first().map_or(0, |case| case.seed);
    let chosen = sample(cases.len(), count, seed);
    for (case, _) in cases.iter_mut().zip(chosen).filter(|(_, chosen)| !chosen) {
        case.tags.push(EXHAUSTIVE.to_owned());
    }
}

fn unknown_keys(root: &Node) -> Vec<Diagnostic> {
    let unknown = root
        .entries()
        .iter()
        .filter(|(key, _)| !KEYS.contains(&key.text.as_str()));
    unknown
        .map(|(key, _)| {
            let message = format!(
                "unknown key `{}`{HELP}{}",
                key.text,
                suggest(&key.text, &KEYS)
            );
            Diagnostic::new(message, key.span.clone())
        })
        .collect()
}

fn one(
    id: CaseId,
    text: &str,
    root: &Node,
    shelf: &Shelf,
    findings: &mut Vec<Diagnostic>,
) -> Option<Case> {
    let cores = cores(root, findings);
    let streams = root
        .get("streams")
        .map_or_else(Vec::new, |node| stream::streams(node, cores, findings));
    let libraries = root
        .get("libraries")
        .map_or_else(Vec::new, |node| library::libraries(node, findings));
    findings.extend(Check::new(text, &libraries, shelf).all(root, &streams));
    let names = root.get("streams").map_or(&[][..], |node| node.entries());
    let names: Vec<&str> = names.iter().map(|(name, _)| name.text.as_str()).collect();
    let expect = root
        .get("expect")
        .map_or_else(stream::Expect::default, |node| {
            stream::expect(node, &names, findings)
        });
    let mut reader = Reader {
        text,
        cores,
        streams: names.clone(),
        libraries: libraries.iter().map(|library| library.id).collect(),
        measures: Vec::new(),
        findings: Vec::new(),
    };
    let steps = root.get("steps").map(|node| reader.steps(node));
    findings.append(&mut reader.findings);
    for required in ["summary", "steps"] {
        if root.get(required).is_none() {
            let start = root.span.start;
            findings.push(Diagnostic::new(
                format!("`{required}` is missing"),
                start..start,
            ));
        }
    }
    Some(Case {
        id,
        summary: optional(root, "summary", findings)?,
        tags: optional(root, "tags", findings).unwrap_or_default(),
        covers: optional(root, "covers", findings).unwrap_or_default(),
        cores,
        firmware: optional(root, "firmware", findings).unwrap_or(Firmware::Production),
        seed: optional(root, "seed", findings).unwrap_or(0),
        timeout: optional(root, "timeout", findings).unwrap_or(VirtualTime::from_millis(10_000)),
        plant: optional(root, "plant", findings),
        allow: optional(root, "allow", findings).unwrap_or_else(Allow::default),
        forbid: optional(root, "forbid", findings).unwrap_or_default(),
        snapshot: optional(root, "snapshot", findings)
            .unwrap_or_else(|| vec![SnapshotPart::Ipc, SnapshotPart::Log]),
        folder: PathBuf::from("."),
        libraries,
        streams,
        expect,
        steps: steps?,
    })
}

fn cores(root: &Node, findings: &mut Vec<Diagnostic>) -> u8 {
    let Some(machine) = optional::<Machine>(root, "machine", findings) else {
        return 1;
    };
    if !(1..=MAX_CORES).contains(&usize::from(machine.cores)) {
        let node = root
            .get("machine")
            .and_then(|node| node.get("cores"))
            .unwrap_or(root);
        let message = format!(
            "a machine has 1 to {MAX_CORES} cores, not {}",
            machine.cores
        );
        findings.push(Diagnostic::new(message, node.span.clone()));
        return 1;
    }
    machine.cores
}

/// The value of a key; `None` when it is not there or, with a finding, when it cannot be read.
fn optional<T: DeserializeOwned>(
    root: &Node,
    key: &str,
    findings: &mut Vec<Diagnostic>,
) -> Option<T> {
    decode(root.get(key)?)
        .map_err(|finding| findings.push(finding))
        .ok()
}
