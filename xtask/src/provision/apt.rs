//! A private apt: the machine's mirrors, keys and proxies, but our own lists,
//! state and cache. Needs no root and leaves the system's apt untouched.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::debs::Deb;
use super::sources::{Kind, Source, stanzas};
use super::version::Version;
use crate::key::KeyBuilder;
use crate::progress::{Task, Unit};
use crate::store::{Lock, Store, create_dir};

/// A private apt with fresh package lists.
#[derive(Debug)]
pub struct Apt {
    config: PathBuf,
    /// What the update complained about; told when something is not found.
    complaints: String,
    _lock: Lock,
}

/// A version of a source package.
#[derive(Debug, Clone)]
pub struct SourceVersion {
    /// Package version.
    pub version: Version,
    /// SHA-256 of the upstream tarball (`.orig.tar.*`).
    pub orig_sha256: String,
    /// Size of the upstream tarball in bytes.
    pub orig_size: u64,
    /// Its file name.
    pub orig_name: String,
}

impl Apt {
    /// Sets up a private apt for the given sources and fetches their lists.
    pub fn open(store: &Store, sources: &[Source], kinds: &[Kind]) -> Result<Apt> {
        let lines: Vec<_> = kinds
            .iter()
            .flat_map(|kind| sources.iter().map(|source| source.line(*kind)))
            .collect();
        if lines.is_empty() {
            bail!("this machine's apt has no sources of its own distribution");
        }
        let key = KeyBuilder::new("apt", 1).text(lines.join("\n")).finish();
        let (dir, lock) = store.work_dir("apt", &key)?;
        let config = write_config(&dir, &lines)?;
        let mut apt = Apt {
            config,
            complaints: String::new(),
            _lock: lock,
        };
        let suites: Vec<_> = sources.iter().map(|source| source.suite.as_str()).collect();
        apt.complaints = apt.update(&format!("package lists of {}", suites.join(", ")))?;
        Ok(apt)
    }

    /// What could not be fetched while updating, or nothing.
    pub fn complaints(&self) -> &str {
        &self.complaints
    }

    /// Adds to an error what could not be fetched while updating.
    pub fn explain<T>(&self, result: Result<T>) -> Result<T> {
        match (&result, self.complaints.as_str()) {
            (Err(_), complaints) if !complaints.is_empty() => {
                result.map_err(|error| anyhow::anyhow!("{error:#}; apt said:\n{complaints}"))
            }
            _ => result,
        }
    }

    /// The newest versions of the named packages; names that are not found are left out.
    pub fn show(&self, names: &[String]) -> Result<Vec<Deb>> {
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let text = self.query(&["show", "--no-all-versions"], names)?;
        stanzas(&text).iter().map(Deb::from_stanza).collect()
    }

    /// The versions of a source package, newest first.
    pub fn source_versions(&self, package: &str) -> Result<Vec<SourceVersion>> {
        let text = self.query(&["showsrc", "--only-source"], &[package.to_string()])?;
        let mut found = Vec::new();
        for stanza in stanzas(&text) {
            let (Some(version), Some(sums)) =
                (stanza.get("version"), stanza.get("checksums-sha256"))
            else {
                continue;
            };
            let orig = sums.lines().find_map(|line| {
                let mut words = line.split_whitespace();
                let (sum, size, name) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
                (name.contains(".orig.tar.") && !name.ends_with(".asc")).then(|| SourceVersion {
                    version: Version::new(version.clone()),
                    orig_sha256: sum.into(),
                    orig_size: size,
                    orig_name: name.into(),
                })
            });
            found.extend(orig);
        }
        found.sort_by(|a, b| b.version.cmp(&a.version));
        found.dedup_by(|a, b| a.version == b.version);
        Ok(found)
    }

    /// Downloads binary packages into a folder.
    pub fn download(&self, what: &str, debs: &[Deb], into: &Path) -> Result<()> {
        let bytes = debs.iter().map(|deb| deb.size).sum();
        let packages = debs
            .iter()
            .map(|deb| format!("{}={}", deb.name, deb.version));
        let mut command = self.command("apt-get");
        command.current_dir(into).arg("download").args(packages);
        run_with_progress(command, what, bytes)?.must_succeed(what)
    }

    /// Downloads a source package's upstream tarball into a folder.
    pub fn download_source(
        &self,
        package: &str,
        wanted: &SourceVersion,
        into: &Path,
    ) -> Result<PathBuf> {
        let mut command = self.command("apt-get");
        command.current_dir(into).args([
            "source",
            "--download-only",
            "--only-source",
            "--tar-only",
        ]);
        command.arg(format!("{package}={}", wanted.version));
        let what = format!("source of {package} {}", wanted.version);
        run_with_progress(command, &what, wanted.orig_size)?.must_succeed(&what)?;
        Ok(into.join(&wanted.orig_name))
    }

    fn update(&self, what: &str) -> Result<String> {
        let mut command = self.command("apt-get");
        command.arg("update");
        // Some lists may be out of reach (a release need not have every suite); whether
        // what is there suffices shows when packages are looked up.
        run_with_progress(command, what, 0).map(|run| run.complaints)
    }

    fn query(&self, verb: &[&str], names: &[String]) -> Result<String> {
        let output = self
            .command("apt-cache")
            .args(verb)
            .args(names)
            .output()
            .context("running apt-cache")?;
        // apt-cache fails when it knows none of the names; then nothing is printed, and nothing is found.
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("APT_CONFIG", &self.config)
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        command
    }
}

/// Writes the configuration: all folders private, the machine's keys, and its
/// `Acquire` settings (proxies and the like).
fn write_config(dir: &Path, source_lines: &[String]) -> Result<PathBuf> {
    for part in [
        "lists/partial",
        "state",
        "cache/archives/partial",
        "etc/none",
    ] {
        create_dir(&dir.join(part))?;
    }
    std::fs::write(dir.join("etc/sources.list"), source_lines.join("\n") + "\n")?;
    std::fs::write(dir.join("state/status"), "")?;
    let place = |name: &str, path: &str| format!("{name} \"{}\";\n", dir.join(path).display());
    let mut text = String::new();
    for (name, path) in [
        ("Dir::Etc::SourceList", "etc/sources.list"),
        ("Dir::Etc::SourceParts", "etc/none"),
        ("Dir::Etc::Main", "etc/none/apt.conf"),
        ("Dir::Etc::Parts", "etc/none"),
        ("Dir::Etc::Preferences", "etc/none/preferences"),
        ("Dir::Etc::PreferencesParts", "etc/none"),
        ("Dir::State", "state"),
        ("Dir::State::Lists", "lists"),
        ("Dir::State::status", "state/status"),
        ("Dir::Cache", "cache"),
        ("Dir::Log", "state"),
    ] {
        text.push_str(&place(name, path));
    }
    // One more try: a mirror that is out of reach should be told of soon.
    text.push_str(
        "Acquire::Languages \"none\";\nAcquire::Retries \"1\";\nAPT::Get::Assume-Yes \"true\";\n",
    );
    // The sandbox user could not write into folders of root's.
    if std::fs::metadata(dir)?.uid() == 0 {
        text.push_str("APT::Sandbox::User \"root\";\n");
    }
    text.push_str(&machine_acquire_settings()?);
    let config = dir.join("etc/apt.conf");
    std::fs::write(&config, text)?;
    Ok(config)
}

fn machine_acquire_settings() -> Result<String> {
    let output = Command::new("apt-config")
        .args(["dump", "Acquire"])
        .output()
        .context("running apt-config (is this a Debian system?)")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let keep = |line: &&str| {
        line.starts_with("Acquire::")
            && !["Acquire::IndexTargets", "Acquire::Languages"]
                .iter()
                .any(|skip| line.starts_with(skip))
    };
    Ok(text
        .lines()
        .filter(keep)
        .fold(String::new(), |all, line| all + line + "\n"))
}

/// How an apt command ended.
struct Finished {
    success: bool,
    /// Its warnings and errors.
    complaints: String,
}

impl Finished {
    fn must_succeed(self, what: &str) -> Result<()> {
        if !self.success {
            bail!("could not fetch {what}:\n{}", self.complaints);
        }
        Ok(())
    }
}

/// Runs an apt command, showing its progress.
fn run_with_progress(mut command: Command, what: &str, bytes: u64) -> Result<Finished> {
    command
        .args(["-q", "-o", "APT::Status-Fd=1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut task = Task::start(
        what,
        if bytes == 0 { Unit::None } else { Unit::Bytes },
        bytes,
    );
    let mut child = command
        .spawn()
        .context("running apt-get (is this a Debian system?)")?;
    let mut errors = child.stderr.take().context("no standard error")?;
    let complaints = std::thread::spawn(move || {
        let mut text = String::new();
        let _ = errors.read_to_string(&mut text);
        text
    });
    for line in BufReader::new(child.stdout.take().context("no standard output")?).lines() {
        if let Some(percent) = download_percent(&line?) {
            task.set((percent / 100.0 * bytes as f64) as u64, bytes);
        }
    }
    let status = child.wait()?;
    let complaints = complaints.join().unwrap_or_default();
    let complaints: Vec<_> = complaints
        .lines()
        .filter(|line| line.starts_with("W:") || line.starts_with("E:"))
        // This one only sums up the others.
        .filter(|line| !line.contains("Some index files failed"))
        .collect();
    let success = status.success();
    match (success, complaints.is_empty()) {
        (true, true) => task.done(),
        (true, false) => task.partly(),
        (false, _) => drop(task),
    }
    Ok(Finished {
        success,
        complaints: complaints.join("\n"),
    })
}

/// Reads `dlstatus:<item>:<percent>:<text>`.
fn download_percent(line: &str) -> Option<f64> {
    line.strip_prefix("dlstatus:")?
        .split(':')
        .nth(1)?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn progress_lines_are_read() {
        assert_eq!(
            super::download_percent("dlstatus:1:20.1831:Retrieving file 1 of 4"),
            Some(20.1831)
        );
        assert_eq!(
            super::download_percent("Get:1 http://mirror.example bookworm"),
            None
        );
    }
}
