//! The firmware toolchain: rustc with the source of `core`, LLVM tools with
//! the Xtensa back end, and binutils for Xtensa.

mod on_machine;
mod packages;
mod spec;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

pub use self::on_machine::look as on_machine;
use self::packages::fetch_missing;
pub use self::spec::Spec;
use super::debs::Deb;
use super::machine::{output_of, version_in};
use super::sources::Kind;
use super::{Context, selftest};
use crate::key::{Key, KeyBuilder};
use crate::progress;

/// The name of this need in the cache.
pub const KIND: &str = "toolchain";

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
    let spec = Spec::read(&context.tree)?;
    let mut parts = on_machine(context, &spec);
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
    let named = &context.by_hand;
    for tool in [&named.rustc, &named.llvm_bin, &named.binutils_prefix] {
        key.text(tool.as_deref().unwrap_or_default());
    }
    if let Ok(machine) = context.machine() {
        for source in machine.of_release(&machine.release) {
            key.text(source.line(Kind::Binary));
        }
    }
    Ok(key.finish())
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
