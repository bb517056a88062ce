//! `cargo xtask firmware`: the DSP image, in all its variants.

mod reproducible;
mod size;
mod variants;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

pub use self::variants::{Variant, Variants};
use crate::flags;
use crate::host_rust;
use crate::key::{Key, KeyBuilder, sha256_of};
use crate::progress::note;
use crate::provision::toolchain::{self, Toolchain};
use crate::provision::{Context, machine_cargo_home};

/// The name of finished images in the cache.
const KIND: &str = "firmware";

/// How many finished images are kept.
const KEPT: usize = 24;

/// The target, as cargo names the folder of its results.
const TRIPLE: &str = "xtensa-ace30-none-elf";

/// The image's package and binary.
const IMAGE: &str = "acelab-dsp";

impl flags::Firmware {
    /// Runs the command.
    pub fn run(self) -> Result<()> {
        let context = Context::current()?;
        let variants = Variants::read(&context.tree)?.select(&self.variants)?;
        let toolchain = toolchain::provision(&context)?;
        for variant in &variants {
            let image = build(&context, &toolchain, variant)?;
            println!("{}: {}", variant.name, image.display());
            print!("{}", size::report(&toolchain, &image)?);
            if self.check_reproducible {
                reproducible::check(&context, &toolchain, variant)?;
            }
        }
        Ok(())
    }
}

/// Gives the path of a variant's image; builds it when it is not in the cache.
pub fn build(context: &Context, toolchain: &Toolchain, variant: &Variant) -> Result<PathBuf> {
    let key = content_key(context, toolchain, variant)?;
    let name = format!("{IMAGE}-{}.elf", variant.name);
    if let Some(entry) = context.store.find(KIND, &key) {
        return Ok(entry.join(name));
    }
    let image = compile(
        context,
        toolchain,
        variant,
        &context.tree.target_dir().join("firmware"),
    )?;
    let entry = context.store.ensure(KIND, &key, |to| {
        fs::copy(&image, to.join(&name)).context("copying the image")?;
        Ok(())
    })?;
    context.store.prune(KIND, KEPT)?;
    Ok(entry.join(name))
}

/// Everything that determines an image.
fn content_key(context: &Context, toolchain: &Toolchain, variant: &Variant) -> Result<Key> {
    let mut key = KeyBuilder::new(KIND, 1);
    key.text(toolchain.key().to_string());
    key.text(&variant.name);
    for feature in &variant.features {
        key.text(feature);
    }
    sources(context, &mut key)?;
    key.text(host_rust::version()?);
    Ok(key.finish())
}

/// Adds the firmware's own sources to a key, those of the link driver included.
pub fn sources(context: &Context, key: &mut KeyBuilder) -> Result<()> {
    key.folder(&context.tree.path("firmware"))?;
    host_rust::workspace_files(&context.tree, key)
}

/// Compiles and links a variant, and gives the path of cargo's result.
fn compile(
    context: &Context,
    toolchain: &Toolchain,
    variant: &Variant,
    target: &Path,
) -> Result<PathBuf> {
    let driver = link_driver(context)?;
    note(format!("building the firmware, variant {}", variant.name));
    let tree = context.tree.root();
    let mut cargo = host_rust::cargo();
    cargo.current_dir(context.tree.path("firmware/dsp"));
    cargo
        .env("RUSTC", &toolchain.rustc)
        .env("RUSTC_BOOTSTRAP", "1");
    // A wrapper of a person's (a compiler cache) would not know this compiler.
    cargo
        .env_remove("RUSTC_WRAPPER")
        .env_remove("RUSTC_WORKSPACE_WRAPPER")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo.env("ACELAB_LLVM_BIN", &toolchain.llvm_bin);
    cargo.env("ACELAB_BINUTILS_PREFIX", &toolchain.binutils_prefix);
    cargo.env("ACELAB_LD_HASH", sha256_of(&driver)?);
    cargo.env("CARGO_TARGET_XTENSA_ACE30_NONE_ELF_LINKER", &driver);
    cargo.env(
        "CARGO_TARGET_XTENSA_ACE30_NONE_ELF_RUSTFLAGS",
        rust_flags(toolchain, tree, target),
    );
    cargo.env_remove("RUSTFLAGS");
    cargo
        .args(["build", "--release", "--target"])
        .arg(tree.join(format!("firmware/xtensa/{TRIPLE}.json")));
    cargo.args([
        "-Zbuild-std=core,alloc,compiler_builtins",
        "-Zbuild-std-features=compiler-builtins-mem",
    ]);
    cargo
        .arg("-Zjson-target-spec")
        .arg("--target-dir")
        .arg(target);
    if !variant.features.is_empty() {
        cargo.arg("--features").arg(variant.features.join(","));
    }
    if !cargo.status().context("running cargo")?.success() {
        bail!("the firmware (variant {}) does not build", variant.name);
    }
    Ok(target.join(TRIPLE).join("release").join(IMAGE))
}

/// The flags of firmware/xtensa/README.md. The remapped prefixes keep the
/// places of the tree, the results, cargo's downloads and the compiler out of
/// the image; the last one that matches counts.
fn rust_flags(toolchain: &Toolchain, tree: &Path, target: &Path) -> String {
    let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    let mut flags: Vec<_> = [
        "-Clinker-plugin-lto",
        "-Cembed-bitcode=yes",
        "-Ccodegen-units=1",
    ]
    .map(String::from)
    .into();
    flags.push(remap(tree, "."));
    flags.push(remap(target, "/target"));
    flags.extend(machine_cargo_home().map(|home| remap(&home, "/cargo")));
    flags.push(remap(&toolchain.rust_src, "/rust"));
    flags.join(" ")
}

/// Builds the link driver, a host program.
fn link_driver(context: &Context) -> Result<PathBuf> {
    let target = context.tree.target_dir();
    let mut cargo = host_rust::cargo();
    cargo
        .current_dir(context.tree.root())
        .args(["build", "--quiet", "--release"]);
    cargo
        .args([
            "--package",
            "acelab-xtensa",
            "--bin",
            "acelab-ld",
            "--target-dir",
        ])
        .arg(&target);
    if !cargo.status().context("running cargo")?.success() {
        bail!("the link driver does not build");
    }
    Ok(target.join("release/acelab-ld"))
}
