//! QEMU's source: a tarball given by hand, or the distribution's source package.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};

use super::apt::{Apt, SourceVersion};
use super::sources::Kind;
use super::version::Version;
use super::{Context, machine};
use crate::key::{Key, KeyBuilder, sha256_of};
use crate::progress;
use crate::qemu::config::{Config, Source as Wanted};
use crate::qemu::source_tree;

/// The name of this need in the cache.
pub const KIND: &str = "qemu-source";

/// The distribution's releases, oldest first. A release newer than the
/// machine's is asked only for source packages, which any release can build.
const RELEASES: [&str; 5] = ["bookworm", "trixie", "forky", "duke", "sid"];

/// A source tarball that takes our patches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QemuSource {
    /// The tarball.
    pub tarball: PathBuf,
    /// Its SHA-256.
    pub sha256: String,
    /// QEMU's version.
    pub version: String,
    /// Where it comes from.
    pub origin: String,
}

impl QemuSource {
    /// One line for a person.
    pub fn describe(&self) -> String {
        format!(
            "QEMU source: {} ({}, sha256 {}…)",
            self.version,
            self.origin,
            &self.sha256[..16]
        )
    }
}

/// The source chosen before, when it is still there.
pub fn find(context: &Context, given: Option<&Path>) -> Result<Option<QemuSource>> {
    let chosen = context.store.resolved(KIND, &inputs(context, given)?);
    let source = chosen.and_then(|text| toml::from_str::<QemuSource>(&text).ok());
    Ok(source.filter(|source| source.tarball.exists()))
}

/// Finds QEMU's source, or gets it.
pub fn provision(context: &Context, given: Option<&Path>) -> Result<QemuSource> {
    if let Some(found) = find(context, given)? {
        return Ok(found);
    }
    let inputs = inputs(context, given)?;
    let _lock = context.store.lock(&format!("resolve-{KIND}-{inputs}"))?;
    if let Some(found) = find(context, given)? {
        return Ok(found);
    }
    let config = Config::read(&context.tree)?;
    let source = match given {
        Some(tarball) => take(context, tarball)?,
        None => fetch(context, &config).with_context(|| by_hand(&config))?,
    };
    if !config
        .source
        .known
        .iter()
        .any(|known| known.sha256 == source.sha256)
    {
        progress::note(format!(
            "{} was not tried before; it takes the patches",
            source.describe()
        ));
    }
    context
        .store
        .write_resolved(KIND, &inputs, &toml::to_string(&source)?)?;
    Ok(source)
}

fn by_hand(config: &Config) -> String {
    let known: Vec<_> = config
        .source
        .known
        .iter()
        .map(|known| known.version.as_str())
        .collect();
    format!(
        "QEMU's source is not to be had; by hand: give a tarball (known to work: {}) with --qemu-source FILE or \
         ACELAB_QEMU_SOURCE",
        known.join(", ")
    )
}

/// What the choice of a source depends on: not our patches, so that work on
/// them goes on with the release that was chosen first.
fn inputs(context: &Context, given: Option<&Path>) -> Result<Key> {
    let mut key = KeyBuilder::new(KIND, 1);
    match given {
        Some(tarball) => {
            let meta = tarball
                .metadata()
                .with_context(|| format!("reading {}", tarball.display()))?;
            key.text(tarball.canonicalize()?.to_string_lossy())
                .field(&meta.len().to_le_bytes());
            key.text(format!("{:?}", meta.modified()?));
        }
        None => {
            let wanted = Config::read(&context.tree)?.source;
            key.text(wanted.package)
                .text(wanted.minimum)
                .text(wanted.below);
            if let Ok(machine) = context.machine() {
                for source in machine.of_release(&machine.release) {
                    key.text(source.line(Kind::Source));
                }
            }
        }
    }
    Ok(key.finish())
}

/// Takes a tarball given by hand, whatever its version, if it takes the patches.
fn take(context: &Context, tarball: &Path) -> Result<QemuSource> {
    let tarball = tarball
        .canonicalize()
        .with_context(|| format!("looking for {}", tarball.display()))?;
    let version = version_in_tarball(&tarball)?;
    let source = QemuSource {
        sha256: sha256_of(&tarball)?,
        tarball,
        version,
        origin: "given by hand".into(),
    };
    source_tree::check_patches(context, &source)
        .context(DoesNotTakePatches(source.version.clone()))?;
    Ok(source)
}

fn version_in_tarball(tarball: &Path) -> Result<String> {
    let mut list = std::process::Command::new("tar");
    list.args(["-x", "-O", "--wildcards", "-f"])
        .arg(tarball)
        .arg("*/VERSION");
    // Subprojects of upstream tarballs may carry such a file too; QEMU's own comes first.
    let text = machine::run(&mut list).context("this does not look like a QEMU source tarball")?;
    let version = text.lines().next().unwrap_or_default().trim();
    machine::version_in(version).with_context(|| format!("{} has no VERSION", tarball.display()))
}

/// Marks an error of a source that was had, but that our patches do not fit.
#[derive(Debug)]
struct DoesNotTakePatches(String);

impl std::fmt::Display for DoesNotTakePatches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "QEMU {} does not take qemu-machine/patches", self.0)
    }
}

/// One source on offer: a release's apt and a version.
struct Offer<'a> {
    apt: &'a Apt,
    release: &'a str,
    version: SourceVersion,
}

fn fetch(context: &Context, config: &Config) -> Result<QemuSource> {
    let machine = context.machine()?;
    let from = RELEASES
        .iter()
        .position(|release| *release == machine.release)
        .unwrap_or(0);
    let mut failures = Vec::new();
    for release in &RELEASES[from..] {
        let apt = Apt::open(
            &context.store,
            &machine.of_release(release),
            &[Kind::Source],
        )?;
        let offers = apt.source_versions(&config.source.package)?;
        if offers.is_empty() && !apt.complaints().is_empty() {
            if *release == machine.release {
                // Who cannot reach the own release's lists will not reach another's.
                bail!(
                    "the package lists of {release} are out of reach; apt said:\n{}",
                    apt.complaints()
                );
            }
            failures.push(format!("{release}: {}", apt.complaints()));
        }
        for version in usable(offers, &config.source) {
            let label = format!("{release}'s {}", version.version);
            let known = is_known(&config.source, &version);
            match fetch_one(
                context,
                config,
                &Offer {
                    apt: &apt,
                    release,
                    version,
                },
            ) {
                Ok(source) => return Ok(source),
                // A known source that does not take the patches means that the patches are broken.
                Err(error) if known && error.is::<DoesNotTakePatches>() => return Err(error),
                Err(error) => failures.push(format!("{label}: {error:#}")),
            }
        }
    }
    bail!(
        "no release from {} on offers QEMU from {} up to {} that takes our patches\n{}",
        machine.release,
        config.source.minimum,
        config.source.below,
        failures.join("\n")
    )
}

fn fetch_one(context: &Context, config: &Config, offer: &Offer) -> Result<QemuSource> {
    let version = &offer.version;
    let key = KeyBuilder::new(KIND, 1).text(&version.orig_sha256).finish();
    let entry = context.store.ensure(KIND, &key, |to| {
        let tarball = offer
            .apt
            .download_source(&config.source.package, version, to)?;
        let hash = sha256_of(&tarball)?;
        if hash != version.orig_sha256 {
            bail!(
                "{} has the hash {hash}, not that of the package list",
                tarball.display()
            );
        }
        Ok(())
    })?;
    let source = QemuSource {
        tarball: entry.join(&version.orig_name),
        sha256: version.orig_sha256.clone(),
        version: version.version.upstream_release().to_string(),
        origin: format!("{}'s source package {}", offer.release, version.version),
    };
    source_tree::check_patches(context, &source)
        .context(DoesNotTakePatches(source.version.clone()))?;
    Ok(source)
}

fn is_known(wanted: &Wanted, offer: &SourceVersion) -> bool {
    wanted
        .known
        .iter()
        .any(|known| known.sha256 == offer.orig_sha256)
}

/// The versions that will do, best first: known ones, then the newest.
fn usable(mut offers: Vec<SourceVersion>, wanted: &Wanted) -> Vec<SourceVersion> {
    let (minimum, below) = (
        Version::new(wanted.minimum.clone()),
        Version::new(wanted.below.clone()),
    );
    offers.retain(|offer| {
        let release = Version::new(offer.version.upstream_release());
        release >= minimum && release < below
    });
    let known = |offer: &SourceVersion| is_known(wanted, offer);
    offers.sort_by(|a, b| {
        known(b)
            .cmp(&known(a))
            .then_with(|| b.version.cmp(&a.version))
    });
    offers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qemu::config::KnownSource;

    fn offer(version: &str) -> SourceVersion {
        SourceVersion {
            version: Version::new(version),
            orig_sha256: format!("hash of {version}"),
            orig_size: 0,
            orig_name: String::new(),
        }
    }

    fn choose(offers: &[&str], known: &[&str]) -> Vec<String> {
        let known = known
            .iter()
            .map(|version| KnownSource {
                version: (*version).into(),
                sha256: format!("hash of {version}"),
            })
            .collect();
        let wanted = Wanted {
            package: "qemu".into(),
            minimum: "10.0".into(),
            below: "11".into(),
            known,
        };
        let chosen = usable(
            offers.iter().map(|version| offer(version)).collect(),
            &wanted,
        );
        chosen
            .iter()
            .map(|offer| offer.version.to_string())
            .collect()
    }

    #[test]
    fn a_known_version_goes_before_newer_ones() {
        let offers = ["1:10.2.0+ds-1", "1:10.0.13+ds-0+deb13u1", "1:10.0.9+ds-1"];
        assert_eq!(
            choose(&offers, &["1:10.0.13+ds-0+deb13u1"]),
            ["1:10.0.13+ds-0+deb13u1", "1:10.2.0+ds-1", "1:10.0.9+ds-1"]
        );
    }

    #[test]
    fn too_old_and_too_new_versions_are_left_out() {
        assert_eq!(
            choose(
                &[
                    "1:7.2+dfsg-7+deb12u18",
                    "1:10.0.0+ds-1",
                    "1:11.0.0~rc1+ds-1"
                ],
                &[]
            ),
            ["1:10.0.0+ds-1"]
        );
    }
}
