//! Binary packages: which ones are needed, and how they become a private folder.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::machine::run;
use super::version::Version;
use crate::key::sha256_of;
use crate::progress::{Task, Unit};

/// One binary package in one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deb {
    /// Package name.
    pub name: String,
    /// Package version.
    pub version: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256, from the signed package list.
    pub sha256: String,
    /// What it depends on.
    #[serde(skip)]
    pub depends: Vec<Dependency>,
}

/// One dependency: any of its alternatives will do.
pub type Dependency = Vec<Wanted>;

/// A package that is wanted, in a certain version where it must be exactly that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Package name.
    pub name: String,
    /// The version, for a dependency on exactly one.
    pub exactly: Option<String>,
}

/// What every machine that compiles has, or what only maintainer scripts and
/// interpreters need. These are never unpacked privately: a second C library
/// beside the system's would break what is linked against it.
const LEFT_OUT: [&str; 16] = [
    "binutils",
    "debconf",
    "dpkg",
    "gcc",
    "gcc-12-base",
    "gcc-14-base",
    "libc-dev",
    "libc6",
    "libc6-dev",
    "libgcc-s1",
    "libglib2.0-bin",
    "libglib2.0-dev-bin",
    "libstdc++6",
    "perl",
    "perl:any",
    "python3",
];

impl Deb {
    /// Reads a package list's stanza.
    pub fn from_stanza(stanza: &BTreeMap<String, String>) -> Result<Deb> {
        let field = |name: &str| {
            stanza
                .get(name)
                .with_context(|| format!("a package list entry has no {name}"))
        };
        let depends = ["pre-depends", "depends"]
            .iter()
            .filter_map(|name| stanza.get(*name))
            .flat_map(|text| parse_depends(text))
            .collect();
        Ok(Deb {
            name: field("package")?.clone(),
            version: field("version")?.clone(),
            size: field("size")?.parse().context("a package's size")?,
            sha256: field("sha256")?.clone(),
            depends,
        })
    }
}

/// Parses a `Depends` field.
pub fn parse_depends(text: &str) -> Vec<Dependency> {
    let alternatives =
        |group: &str| -> Dependency { group.split('|').filter_map(parse_wanted).collect() };
    text.split(',')
        .map(alternatives)
        .filter(|group| !group.is_empty())
        .collect()
}

fn parse_wanted(text: &str) -> Option<Wanted> {
    let (name, rest) = text.split_once('(').unwrap_or((text, ""));
    let name = name
        .split('[')
        .next()?
        .trim()
        .split(':')
        .next()?
        .to_string();
    let exactly = rest
        .trim()
        .strip_prefix('=')
        .and_then(|version| version.split(')').next())
        .map(|version| version.trim().to_string());
    (!name.is_empty()).then_some(Wanted { name, exactly })
}

/// The packages to unpack so that the roots work, given what is installed.
///
/// `look_up` finds packages by name, leaving out those that do not exist.
pub fn closure(
    roots: &[String],
    installed: &BTreeMap<String, Version>,
    mut look_up: impl FnMut(&[String]) -> Result<Vec<Deb>>,
) -> Result<Vec<Deb>> {
    let mut chosen = BTreeMap::<String, Deb>::new();
    let mut open: Vec<Dependency> = roots
        .iter()
        .map(|name| {
            vec![Wanted {
                name: name.clone(),
                exactly: None,
            }]
        })
        .collect();
    let mut as_root = true;
    while !open.is_empty() {
        let satisfied = |wanted: &Wanted| {
            LEFT_OUT.contains(&wanted.name.as_str())
                || installed.get(&wanted.name).is_some_and(|have| {
                    wanted
                        .exactly
                        .as_ref()
                        .is_none_or(|version| have.as_str() == version)
                })
        };
        open.retain(|group| {
            let chosen_before = group.iter().any(|wanted| chosen.contains_key(&wanted.name));
            !chosen_before && (as_root || !group.iter().any(satisfied))
        });
        as_root = false;
        let names: BTreeSet<_> = open
            .iter()
            .flatten()
            .map(|wanted| wanted.name.clone())
            .collect();
        if names.is_empty() {
            break;
        }
        let found = look_up(&names.into_iter().collect::<Vec<_>>())?;
        let mut next = Vec::new();
        for group in open {
            let taken = group
                .iter()
                .find_map(|wanted| found.iter().find(|deb| deb.name == wanted.name));
            let Some(deb) = taken else {
                let names: Vec<_> = group.iter().map(|wanted| wanted.name.as_str()).collect();
                bail!(
                    "no package source of this machine has {}",
                    names.join(" or ")
                );
            };
            if chosen.insert(deb.name.clone(), deb.clone()).is_none() {
                next.extend(deb.depends.iter().cloned());
            }
        }
        open = next;
    }
    Ok(chosen.into_values().collect())
}

/// The installed packages and their versions, as dpkg knows them.
///
/// With `private`, only what every Debian system has counts as installed.
pub fn installed(private: bool) -> Result<BTreeMap<String, Version>> {
    let output = Command::new("dpkg-query")
        .args([
            "-W",
            "-f",
            "${db:Status-Status} ${Priority} ${Package} ${Version}\n",
        ])
        .output()
        .context("running dpkg-query (is this a Debian system?)")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let parse = |line: &str| {
        let mut words = line.strip_prefix("installed ")?.split(' ');
        let everywhere = matches!(words.next()?, "required" | "important");
        let package = (words.next()?.to_string(), Version::new(words.next()?));
        (everywhere || !private).then_some(package)
    };
    Ok(text.lines().filter_map(parse).collect())
}

/// Checks downloaded packages against their hashes and unpacks them into one folder.
pub fn unpack(what: &str, debs: &[Deb], downloads: &Path, into: &Path) -> Result<()> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(downloads)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "deb") {
            files.insert(sha256_of(&path)?, path);
        }
    }
    let mut task = Task::start(format!("unpacking {what}"), Unit::Steps, debs.len() as u64);
    for (index, deb) in debs.iter().enumerate() {
        let Some(file) = files.get(&deb.sha256) else {
            bail!(
                "{} {} was not downloaded with the hash of the package list ({})",
                deb.name,
                deb.version,
                deb.sha256
            );
        };
        unpack_one(file, into).with_context(|| format!("unpacking {}", deb.name))?;
        std::fs::remove_file(file)?;
        task.set(index as u64 + 1, debs.len() as u64);
    }
    task.done();
    Ok(())
}

/// What no build reads: documentation, and the compiler's own source beside
/// that of its library (three quarters of the whole).
const NOT_UNPACKED: [&str; 5] = [
    "./usr/share/doc",
    "./usr/share/man",
    "./usr/share/locale",
    "./usr/src/rustc-*/src",
    "./usr/src/rustc-*/compiler",
];

fn unpack_one(file: &Path, into: &Path) -> Result<()> {
    let mut package = Command::new("dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(file)
        .stdout(Stdio::piped())
        .spawn()
        .context("running dpkg-deb (is this a Debian system?)")?;
    let content = package.stdout.take().context("dpkg-deb has no output")?;
    let mut tar = Command::new("tar");
    tar.args(["--anchored", "--no-wildcards-match-slash"]);
    tar.args(["-x", "--no-same-owner", "-f", "-", "-C"])
        .arg(into);
    tar.args(
        NOT_UNPACKED
            .iter()
            .map(|pattern| format!("--exclude={pattern}")),
    )
    .stdin(content);
    run(&mut tar)?;
    if !package.wait()?.success() {
        bail!("dpkg-deb could not read {}", file.display());
    }
    Ok(())
}

#[cfg(test)]
#[path = "debs_tests.rs"]
mod tests;
