//! The machine's package sources: apt's one-line `.list` and deb822 `.sources` files (sources.list(5)).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, Result, bail};

/// One source of packages: a base address and a suite.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Source {
    /// Base address.
    pub uri: String,
    /// Suite, for example a code name with or without `-security`.
    pub suite: String,
    /// Components; empty for a flat repository.
    pub components: Vec<String>,
    /// Options that decide whom to trust (`signed-by`, `trusted`, …), in one-line spelling.
    pub options: BTreeMap<String, String>,
}

/// What a derived entry is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Binary packages (`deb`).
    Binary,
    /// Source packages (`deb-src`).
    Source,
}

impl Source {
    /// The entry in one-line spelling.
    pub fn line(&self, kind: Kind) -> String {
        let mut line = String::from(match kind {
            Kind::Binary => "deb",
            Kind::Source => "deb-src",
        });
        if !self.options.is_empty() {
            let options: Vec<_> = self
                .options
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let _ = write!(line, " [{}]", options.join(" "));
        }
        let _ = write!(line, " {} {}", self.uri, self.suite);
        for component in &self.components {
            let _ = write!(line, " {component}");
        }
        line
    }

    /// The same source for another release of the distribution, when this
    /// source belongs to the release named `own` (and not to its back ports).
    pub fn for_release(&self, own: &str, other: &str) -> Option<Source> {
        let rest = self.suite.strip_prefix(own)?;
        let known = ["", "-updates", "-security"];
        known.contains(&rest).then(|| Source {
            suite: format!("{other}{rest}"),
            ..self.clone()
        })
    }
}

/// Options of a one-line entry or fields of a stanza that are carried over.
const TRUST_OPTIONS: [&str; 4] = ["signed-by", "trusted", "check-valid-until", "check-date"];

/// Parses a one-line style file. Lines that are not entries are left out.
pub fn parse_list(text: &str) -> Vec<Source> {
    text.lines().filter_map(parse_line).collect()
}

fn parse_line(line: &str) -> Option<Source> {
    let line = line.split('#').next().unwrap_or_default().trim();
    let rest = line
        .strip_prefix("deb")
        .filter(|rest| rest.starts_with(char::is_whitespace))?
        .trim_start();
    let (options, rest) = match rest.strip_prefix('[') {
        Some(inner) => {
            let (inner, rest) = inner.split_once(']')?;
            let pairs = inner
                .split_whitespace()
                .filter_map(|pair| pair.split_once('='));
            (trust(pairs), rest)
        }
        None => (BTreeMap::new(), rest),
    };
    let mut words = rest.split_whitespace().map(String::from);
    Some(Source {
        uri: words.next()?,
        suite: words.next()?,
        components: words.collect(),
        options,
    })
}

/// Parses a deb822 style file. Disabled stanzas and those without `deb` are left out.
pub fn parse_sources(text: &str) -> Vec<Source> {
    stanzas(text).iter().flat_map(sources_of_stanza).collect()
}

fn sources_of_stanza(stanza: &BTreeMap<String, String>) -> Vec<Source> {
    let words = |name: &str| -> Vec<String> {
        stanza
            .get(name)
            .map(|value| value.split_whitespace().map(String::from).collect())
            .unwrap_or_default()
    };
    let disabled = stanza
        .get("enabled")
        .is_some_and(|value| matches!(value.trim(), "no" | "false" | "0" | "off"));
    if disabled || !words("types").iter().any(|kind| kind == "deb") {
        return Vec::new();
    }
    // A key given in the stanza itself has several lines and no one-line spelling.
    let fields = stanza.iter().filter(|(_, value)| !value.contains('\n'));
    let options = trust(fields.map(|(name, value)| (name.as_str(), value.trim())));
    let mut found = Vec::new();
    for uri in words("uris") {
        for suite in words("suites") {
            found.push(Source {
                uri: uri.clone(),
                suite,
                components: words("components"),
                options: options.clone(),
            });
        }
    }
    found
}

fn trust<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, String> {
    pairs
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_string()))
        .filter(|(name, value)| {
            TRUST_OPTIONS.contains(&name.as_str()) && !value.contains(char::is_whitespace)
        })
        .collect()
}

/// The stanzas of a deb822 text; field names in lower case, continued lines joined with `\n`.
pub fn stanzas(text: &str) -> Vec<BTreeMap<String, String>> {
    let mut all = Vec::new();
    let mut stanza = BTreeMap::<String, String>::new();
    let mut last = None::<String>;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if line.trim().is_empty() {
            if !stanza.is_empty() {
                all.push(std::mem::take(&mut stanza));
            }
            last = None;
        } else if line.starts_with([' ', '\t']) {
            if let Some(value) = last.as_ref().and_then(|name| stanza.get_mut(name)) {
                value.push('\n');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            let name = name.trim().to_ascii_lowercase();
            stanza.insert(name.clone(), value.trim().to_string());
            last = Some(name);
        }
    }
    if !stanza.is_empty() {
        all.push(stanza);
    }
    all
}

/// The machine's release and its sources.
#[derive(Debug, Clone)]
pub struct Machine {
    /// Code name of the release, from os-release(5).
    pub release: String,
    /// All enabled sources of binary packages.
    pub sources: Vec<Source>,
}

impl Machine {
    /// Reads the machine's set-up; `etc` is normally `/etc`.
    pub fn read(etc: &Path) -> Result<Machine> {
        let os_release =
            std::fs::read_to_string(etc.join("os-release")).context("reading os-release")?;
        let Some(release) = os_release_field(&os_release, "VERSION_CODENAME") else {
            bail!(
                "this system's os-release names no VERSION_CODENAME, so its package suites are not known"
            )
        };
        let apt = etc.join("apt");
        let mut sources = std::fs::read_to_string(apt.join("sources.list"))
            .map(|text| parse_list(&text))
            .unwrap_or_default();
        let mut parts: Vec<_> = std::fs::read_dir(apt.join("sources.list.d"))
            .map(|dir| dir.flatten().map(|entry| entry.path()).collect())
            .unwrap_or_default();
        parts.sort();
        for part in parts {
            let parse = match part.extension().and_then(|extension| extension.to_str()) {
                Some("list") => parse_list,
                Some("sources") => parse_sources,
                _ => continue,
            };
            let text = std::fs::read_to_string(&part)
                .with_context(|| format!("reading {}", part.display()))?;
            sources.extend(parse(&text));
        }
        Ok(Machine { release, sources })
    }

    /// The distribution's own sources for a release: this one or another.
    pub fn of_release(&self, release: &str) -> Vec<Source> {
        let mut found: Vec<_> = self
            .sources
            .iter()
            .filter_map(|source| source.for_release(&self.release, release))
            .collect();
        found.sort();
        found.dedup();
        found
    }
}

fn os_release_field(text: &str, field: &str) -> Option<String> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix('='))?;
    Some(line.trim().trim_matches(['"', '\'']).to_string()).filter(|value| !value.is_empty())
}

#[cfg(test)]
#[path = "sources_tests.rs"]
mod tests;
