//! Compiling and linking one variant; the flags are those of firmware/xtensa/README.md.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::Variant;
use crate::host_rust;
use crate::key::sha256_of;
use crate::progress::note;
use crate::provision::toolchain::Toolchain;
use crate::provision::{Context, cargo_home};

/// The target, as cargo names the folder of its results.
const TRIPLE: &str = "xtensa-ace30-none-elf";

/// The image's package and binary.
pub const IMAGE: &str = "acelab-dsp";

/// What cargo made of a variant; overwritten by the next one.
#[derive(Debug)]
pub struct Compiled {
    /// The image.
    pub image: PathBuf,
    /// The link driver's report of its sizes, for people.
    pub report: PathBuf,
    /// The same for programs.
    pub sizes: PathBuf,
}

/// Compiles and links a variant, with cargo's results in `target`.
pub fn compile(
    context: &Context,
    toolchain: &Toolchain,
    variant: &Variant,
    target: &Path,
) -> Result<Compiled> {
    let places = variant.features.iter().any(|feature| feature == "debug");
    // The flags differ, and would have everything built anew each time.
    let target = &if places {
        target.to_owned()
    } else {
        target.join("without-places")
    };
    let tools = HostTools::build(context)?;
    note(format!("building the firmware, variant {}", variant.name));
    let tree = context.tree.root();
    let mut cargo = host_rust::cargo();
    cargo.current_dir(context.tree.path("firmware/dsp"));
    cargo.env("RUSTC", &toolchain.rustc);
    cargo.env("RUSTC_BOOTSTRAP", "1");
    // A wrapper of a person's (a compiler cache) would not know this compiler.
    cargo.env("RUSTC_WRAPPER", &tools.wrapper);
    for name in [
        "RUSTC_WORKSPACE_WRAPPER",
        "CARGO_ENCODED_RUSTFLAGS",
        "RUSTFLAGS",
    ] {
        cargo.env_remove(name);
    }
    cargo.env("ACELAB_LLVM_BIN", &toolchain.llvm_bin);
    cargo.env("ACELAB_BINUTILS_PREFIX", &toolchain.binutils_prefix);
    cargo.env("ACELAB_LD_HASH", sha256_of(&tools.driver)?);
    let setting = |name: &str| format!("CARGO_TARGET_XTENSA_ACE30_NONE_ELF_{name}");
    cargo.env(setting("LINKER"), &tools.driver);
    let mut flags = rust_flags(toolchain, tree, target);
    if !places {
        // Panics say what, and not where: the report has the addresses of the callers, of which
        // the lab makes lines. Four kilobytes less.
        flags.push_str(" -Zlocation-detail=none");
    }
    cargo.env(setting("RUSTFLAGS"), flags);
    cargo.args(["build", "--release", "--target"]);
    cargo.arg(tree.join(format!("firmware/xtensa/{TRIPLE}.json")));
    cargo.arg("-Zbuild-std=core,alloc,compiler_builtins");
    cargo.arg("-Zbuild-std-features=compiler-builtins-mem");
    cargo.arg("-Zjson-target-spec");
    cargo.arg("--target-dir").arg(target);
    if !variant.features.is_empty() {
        cargo.arg("--features").arg(variant.features.join(","));
    }
    if !cargo.status().context("running cargo")?.success() {
        bail!("the firmware (variant {}) does not build", variant.name);
    }
    let image = target.join(TRIPLE).join("release").join(IMAGE);
    let report = report_beside(&image)?;
    let sizes = report.with_extension("json");
    Ok(Compiled {
        image,
        report,
        sizes,
    })
}

/// The programs of acelab-xtensa.
struct HostTools {
    /// What rustc calls as its linker.
    driver: PathBuf,
    /// What cargo calls as rustc: keeps the place of the sources out of the crates' identities.
    wrapper: PathBuf,
}

impl HostTools {
    fn build(context: &Context) -> Result<HostTools> {
        let target = context.tree.target_dir();
        let mut cargo = host_rust::cargo();
        cargo.current_dir(context.tree.root());
        cargo.args([
            "build",
            "--quiet",
            "--release",
            "--package",
            "acelab-xtensa",
            "--bins",
        ]);
        cargo.arg("--target-dir").arg(&target);
        if !cargo.status().context("running cargo")?.success() {
            bail!("the link driver does not build");
        }
        let made = target.join("release");
        Ok(HostTools {
            driver: made.join("acelab-ld"),
            wrapper: made.join("acelab-rustc"),
        })
    }
}

/// The remapped prefixes keep the places of the tree, the results, cargo's
/// downloads and the compiler out of the image; the last one that matches counts.
fn rust_flags(toolchain: &Toolchain, tree: &Path, target: &Path) -> String {
    let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    let flags = [
        "-Clinker-plugin-lto",
        "-Cembed-bitcode=yes",
        "-Ccodegen-units=1",
    ];
    let mut flags: Vec<_> = flags.map(String::from).into();
    flags.push(remap(tree, "."));
    flags.push(remap(target, "/target"));
    flags.extend(cargo_home().map(|home| remap(&home, "/cargo")));
    flags.push(remap(&toolchain.rust_src, "/rust"));
    // The library's real place is written down where that path is a link.
    flags.extend(
        toolchain
            .rust_src
            .canonicalize()
            .map(|real| remap(&real, "/rust")),
    );
    flags.join(" ")
}

/// The size report that the link driver wrote. It lies beside the file that the
/// driver made, of which cargo's result is a second name.
fn report_beside(image: &Path) -> Result<PathBuf> {
    let made = image.metadata()?;
    let folder = image
        .parent()
        .context("an image without a folder")?
        .join("deps");
    for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let meta = entry.metadata()?;
        if (meta.dev(), meta.ino()) == (made.dev(), made.ino()) {
            let mut name = entry.file_name();
            name.push(".size.txt");
            return Ok(folder.join(name));
        }
    }
    bail!("the link driver's image is not in {}", folder.display())
}
