//! The firmware toolchain: rustc with the source of `core`, LLVM tools with
//! the Xtensa back end, and binutils for Xtensa.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::{Deserialize, Serialize};

use super::apt::Apt;
use super::debs::{self, Deb};
use super::machine::{output_of, version_in};
use super::sources::Kind;
use super::version::Version;
use super::{Context, selftest};
use crate::key::{Key, KeyBuilder};
use crate::progress;

/// The name of this need in the cache.
pub const KIND: &str = "toolchain";

/// The smallest and the known versions, from `xtask/toolchain.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// rustc.
    pub rust: RustSpec,
    /// LLVM tools.
    pub llvm: Known,
    /// Xtensa binutils.
    pub binutils: BinutilsSpec,
}

/// What is asked of rustc.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RustSpec {
    /// The oldest release that will do.
    pub minimum: String,
    /// Releases that were tried.
    pub known: Vec<String>,
    /// Pairs of packages.
    pub packages: Vec<RustPackages>,
}

/// A package with rustc and the one with its library source.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RustPackages {
    /// The compiler's package.
    pub rustc: String,
    /// The library source's package.
    pub source: String,
}

/// Versions that were tried.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Versions that were tried.
    pub known: Vec<String>,
}

/// What is asked of the binutils.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BinutilsSpec {
    /// Versions that were tried.
    pub known: Vec<String>,
    /// The package that has them.
    pub package: String,
    /// How the tools' names begin.
    pub prefix: String,
}

impl Spec {
    /// Reads the tree's specification.
    pub fn read(context: &Context) -> Result<Spec> {
        let path = context.tree.path("xtask/toolchain.toml");
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("reading {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("in {}", path.display()))
    }
}

/// A toolchain that passed the self-test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Toolchain {
    /// rustc, or a wrapper that runs it.
    pub rustc: PathBuf,
    /// Its release.
    pub rust_version: String,
    /// The root of the library source (`…/lib/rustlib/src/rust`).
    pub rust_src: PathBuf,
    /// The folder with `llc`, `opt`, `llvm-link`, `llvm-mc`, `llvm-dis`, `llvm-as`, unsuffixed.
    pub llvm_bin: PathBuf,
    /// LLVM's version.
    pub llvm_version: String,
    /// What the names of the Xtensa binutils begin with, with their folder.
    pub binutils_prefix: String,
    /// Their version.
    pub binutils_version: String,
    /// Where each part comes from.
    pub origin: Origin,
    /// The cache entry that holds what was fetched.
    pub entry: Option<PathBuf>,
    /// The packages that were fetched.
    #[serde(default)]
    pub packages: Vec<Deb>,
}

/// Where each part of the toolchain comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// rustc and its library source.
    pub rust: String,
    /// LLVM tools.
    pub llvm: String,
    /// Binutils.
    pub binutils: String,
}

impl Toolchain {
    /// One line for a person.
    pub fn describe(&self) -> String {
        format!(
            "firmware toolchain: rustc {} ({}), LLVM {} ({}), binutils {} ({})",
            self.rust_version,
            self.origin.rust,
            self.llvm_version,
            self.origin.llvm,
            self.binutils_version,
            self.origin.binutils
        )
    }

    /// The key of results that this toolchain makes.
    pub fn key(&self) -> Key {
        let mut key = KeyBuilder::new(KIND, 1);
        key.text(&self.rust_version)
            .text(&self.llvm_version)
            .text(&self.binutils_version);
        for deb in &self.packages {
            key.text(&deb.sha256);
        }
        key.finish()
    }

    fn is_there(&self) -> bool {
        let linker = format!("{}ld", self.binutils_prefix);
        [
            self.rustc.as_path(),
            &self.llvm_bin.join("llc"),
            Path::new(&linker),
        ]
        .iter()
        .all(|path| path.exists())
    }
}

/// The parts as they are found before the versions are read.
#[derive(Debug, Default)]
pub struct Parts {
    /// rustc and its origin.
    pub rustc: Option<(PathBuf, String)>,
    /// The folder of the LLVM tools and its origin.
    pub llvm_bin: Option<(PathBuf, String)>,
    /// The prefix of the binutils and its origin.
    pub binutils_prefix: Option<(String, String)>,
}

/// The toolchain chosen before, when it is still there.
pub fn find(context: &Context) -> Result<Option<Toolchain>> {
    let chosen = context.store.resolved(KIND, &inputs(context)?);
    Ok(chosen
        .and_then(|text| toml::from_str::<Toolchain>(&text).ok())
        .filter(Toolchain::is_there))
}

/// Finds the toolchain, or gets it.
pub fn provision(context: &Context) -> Result<Toolchain> {
    if let Some(found) = find(context)? {
        return Ok(found);
    }
    let inputs = inputs(context)?;
    let _lock = context.store.lock(&format!("resolve-{KIND}-{inputs}"))?;
    if let Some(found) = find(context)? {
        return Ok(found);
    }
    let spec = Spec::read(context)?;
    let mut parts = super::machine_toolchain::look(context, &spec);
    let fetched = fetch_missing(context, &spec, &mut parts).context(
        "the firmware toolchain is not complete; without network, name its parts by hand: \
         ACELAB_RUSTC (a rustc >= 1.95 with rust-src), ACELAB_LLVM_BIN (a folder with llc, opt, llvm-link, llvm-mc \
         of LLVM with Xtensa) and ACELAB_BINUTILS_PREFIX (…/xtensa-lx106-elf-)",
    )?;
    let toolchain = assemble(parts, fetched)?;
    selftest::toolchain(context, &toolchain)?;
    for (name, version, known) in [
        ("rustc", &toolchain.rust_version, &spec.rust.known),
        ("LLVM", &toolchain.llvm_version, &spec.llvm.known),
        (
            "binutils",
            &toolchain.binutils_version,
            &spec.binutils.known,
        ),
    ] {
        if !known.iter().any(|one| version.starts_with(one.as_str())) {
            progress::note(format!(
                "{name} {version} was not tried before; it passed the self-test"
            ));
        }
    }
    context
        .store
        .write_resolved(KIND, &inputs, &toml::to_string(&toolchain)?)?;
    Ok(toolchain)
}

/// What the choice of a toolchain depends on.
fn inputs(context: &Context) -> Result<Key> {
    let mut key = KeyBuilder::new(KIND, 1);
    key.file(&context.tree.path("xtask/toolchain.toml"))?;
    key.text(std::env::consts::ARCH)
        .field(&[u8::from(context.private)]);
    for name in ["ACELAB_RUSTC", "ACELAB_LLVM_BIN", "ACELAB_BINUTILS_PREFIX"] {
        key.text(std::env::var(name).unwrap_or_default());
    }
    if let Ok(machine) = context.machine() {
        for source in machine.of_release(&machine.release) {
            key.text(source.line(Kind::Binary));
        }
    }
    Ok(key.finish())
}

/// Fetches the parts that are missing, and fills them in.
fn fetch_missing(
    context: &Context,
    spec: &Spec,
    parts: &mut Parts,
) -> Result<Option<(PathBuf, Vec<Deb>)>> {
    if parts.rustc.is_some() && parts.llvm_bin.is_some() && parts.binutils_prefix.is_some() {
        return Ok(None);
    }
    let machine = context.machine()?;
    let apt = Apt::open(
        &context.store,
        &machine.of_release(&machine.release),
        &[Kind::Binary],
    )?;
    let roots = choose_packages(&apt, spec, parts).with_context(|| apt.complaints().to_string())?;
    let debs = debs::closure(&roots.names, &debs::installed(context.private)?, |names| {
        apt.show(names)
    })
    .with_context(|| apt.complaints().to_string())?;
    let mut key = KeyBuilder::new(KIND, 1);
    for deb in &debs {
        key.text(&deb.sha256);
    }
    let entry = context.store.ensure(KIND, &key.finish(), |to| {
        let downloads = tempfile::tempdir_in(to)?;
        apt.download(
            &format!("firmware toolchain, {} packages", debs.len()),
            &debs,
            downloads.path(),
        )?;
        debs::unpack("firmware toolchain", &debs, downloads.path(), to)?;
        super::wrappers::write(to, &spec.binutils.prefix)
    })?;
    let version = |name: &str| {
        let deb = debs.iter().find(|deb| deb.name == name);
        deb.map_or_else(
            || name.to_string(),
            |deb| format!("Debian's {name} {}", deb.version),
        )
    };
    if let Some(package) = &roots.rustc {
        parts.rustc = Some((entry.join("bin/rustc"), version(package)));
    }
    if let Some(package) = &roots.llvm {
        parts.llvm_bin = Some((entry.join("llvm-bin"), version(package)));
    }
    if parts.binutils_prefix.is_none() {
        let prefix = entry.join("bin").join(&spec.binutils.prefix);
        parts.binutils_prefix = Some((
            prefix.display().to_string(),
            version(&spec.binutils.package),
        ));
    }
    Ok(Some((entry, debs)))
}

/// The packages to fetch.
struct Roots {
    names: Vec<String>,
    rustc: Option<String>,
    llvm: Option<String>,
}

fn choose_packages(apt: &Apt, spec: &Spec, parts: &Parts) -> Result<Roots> {
    let mut roots = Roots {
        names: Vec::new(),
        rustc: None,
        llvm: None,
    };
    let llvm_major = if let Some((rustc, _)) = &parts.rustc {
        rustc_facts(rustc)?.llvm_major
    } else {
        let names: Vec<_> = spec
            .rust
            .packages
            .iter()
            .map(|pair| pair.rustc.clone())
            .collect();
        let best = newest_rust(&apt.show(&names)?, &spec.rust.minimum)?;
        let pair = spec
            .rust
            .packages
            .iter()
            .find(|pair| pair.rustc == best.name)
            .context("unasked package")?;
        roots
            .names
            .extend([pair.rustc.clone(), pair.source.clone()]);
        roots.rustc = Some(pair.rustc.clone());
        llvm_of(apt, &best)?
    };
    if parts.llvm_bin.is_none() {
        let package = format!("llvm-{llvm_major}");
        roots.names.push(package.clone());
        roots.llvm = Some(package);
    }
    if parts.binutils_prefix.is_none() {
        roots.names.push(spec.binutils.package.clone());
    }
    Ok(roots)
}

/// The newest compiler on offer that is new enough.
fn newest_rust(offers: &[Deb], minimum: &str) -> Result<Deb> {
    let release = |deb: &Deb| Version::new(Version::new(deb.version.clone()).upstream_release());
    let best = offers.iter().max_by_key(|deb| release(deb));
    match best {
        Some(deb) if release(deb) >= Version::new(minimum) => Ok(deb.clone()),
        Some(deb) => bail!(
            "the newest Rust among this machine's packages is {} {}; {minimum} is needed",
            deb.name,
            deb.version
        ),
        None => bail!("no package source of this machine has a Rust compiler"),
    }
}

/// The LLVM major version that a packaged rustc is linked with.
fn llvm_of(apt: &Apt, rustc: &Deb) -> Result<u32> {
    let libraries: Vec<_> = rustc
        .depends
        .iter()
        .flatten()
        .map(|wanted| wanted.name.clone())
        .filter(|name| name.contains("std-rust"))
        .collect();
    let mut names: Vec<_> = rustc
        .depends
        .iter()
        .flatten()
        .map(|wanted| wanted.name.clone())
        .collect();
    let mut open = libraries;
    for _ in 0..2 {
        let debs = apt.show(&open)?;
        let below = debs
            .iter()
            .flat_map(|deb| deb.depends.iter().flatten())
            .map(|wanted| wanted.name.clone());
        open = below
            .filter(|name| name.contains("std-rust") || name.starts_with("libllvm"))
            .collect();
        names.extend(open.iter().cloned());
        open.retain(|name| name.contains("std-rust"));
        if open.is_empty() {
            break;
        }
    }
    names
        .iter()
        .find_map(|name| name.strip_prefix("libllvm")?.parse().ok())
        .with_context(|| {
            format!(
                "{} {} depends on no libllvm package",
                rustc.name, rustc.version
            )
        })
}

/// What `rustc -vV` tells.
#[derive(Debug, Clone)]
pub struct RustcFacts {
    /// The release, for example `1.96.0`.
    pub release: String,
    /// LLVM's major version.
    pub llvm_major: u32,
    /// The root of the library source, when it is there.
    pub rust_src: Option<PathBuf>,
}

/// Asks a compiler what it is.
pub fn rustc_facts(rustc: &Path) -> Result<RustcFacts> {
    let text = output_of(rustc, ["-vV"])?;
    let field = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name))
            .map(str::trim)
    };
    let release = field("release:")
        .context("rustc -vV prints no release")?
        .to_string();
    let llvm = field("LLVM version:").context("rustc -vV prints no LLVM version")?;
    let llvm_major = llvm
        .split('.')
        .next()
        .and_then(|major| major.parse().ok())
        .context("LLVM's version")?;
    let sysroot = PathBuf::from(output_of(rustc, ["--print", "sysroot"])?.trim());
    let source = sysroot.join("lib/rustlib/src/rust");
    let rust_src = source
        .join("library/core/src/lib.rs")
        .exists()
        .then_some(source);
    Ok(RustcFacts {
        release,
        llvm_major,
        rust_src,
    })
}

/// Reads the versions of the parts.
fn assemble(parts: Parts, fetched: Option<(PathBuf, Vec<Deb>)>) -> Result<Toolchain> {
    let (rustc, rust_origin) = parts.rustc.context("no rustc")?;
    let (llvm_bin, llvm_origin) = parts.llvm_bin.context("no LLVM tools")?;
    let (binutils_prefix, binutils_origin) = parts.binutils_prefix.context("no Xtensa binutils")?;
    let facts = rustc_facts(&rustc)?;
    let rust_src = facts
        .rust_src
        .with_context(|| format!("{} has no library source", rustc.display()))?;
    let llvm_text = output_of(&llvm_bin.join("llc"), ["--version"])?;
    let llvm_version = version_in(&llvm_text).context("llc prints no version")?;
    let ld_text = output_of(Path::new(&format!("{binutils_prefix}ld")), ["--version"])?;
    let binutils_version = version_in(&ld_text).context("ld prints no version")?;
    let (entry, packages) = fetched.unzip();
    Ok(Toolchain {
        rustc,
        rust_version: facts.release,
        rust_src,
        llvm_bin,
        llvm_version,
        binutils_prefix,
        binutils_version,
        origin: Origin {
            rust: rust_origin,
            llvm: llvm_origin,
            binutils: binutils_origin,
        },
        entry,
        packages: packages.unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(name: &str, version: &str) -> Deb {
        Deb {
            name: name.into(),
            version: version.into(),
            size: 0,
            sha256: String::new(),
            depends: Vec::new(),
        }
    }

    #[test]
    fn the_newest_compiler_on_offer_is_chosen() {
        let offers = [
            offer("rustc", "1.63.0+dfsg1-2"),
            offer("rustc-web", "1.96.0+dfsg1-1~deb12u2"),
        ];
        assert_eq!(newest_rust(&offers, "1.95.0").unwrap().name, "rustc-web");
        let offers = [
            offer("rustc-web", "1.96.0+dfsg1-1"),
            offer("rustc", "1.100.0-1"),
        ];
        assert_eq!(newest_rust(&offers, "1.95.0").unwrap().name, "rustc");
    }

    #[test]
    fn an_old_compiler_is_refused_by_name() {
        let error = newest_rust(&[offer("rustc", "1.63.0+dfsg1-2")], "1.95.0")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("rustc 1.63.0+dfsg1-2") && error.contains("1.95.0"),
            "{error}"
        );
        assert!(
            newest_rust(&[], "1.95.0")
                .unwrap_err()
                .to_string()
                .contains("no package source")
        );
    }
}
