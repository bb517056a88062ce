//! Cargo as it builds for the DSP; the flags are those of firmware/xtensa/README.md.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::host_rust;
use crate::key::sha256_of;
use crate::provision::toolchain::Toolchain;
use crate::provision::{Context, cargo_home};

/// The target, as cargo names the folder of its results.
pub const TRIPLE: &str = "xtensa-ace30-none-elf";

/// A build for the DSP.
#[derive(Debug, Clone, Copy)]
pub struct Build<'a> {
    /// The folder of the package.
    pub package: &'a Path,
    /// Where cargo keeps its results.
    pub target: &'a Path,
    /// Further flags of the compiler.
    pub flags: &'a [String],
}

impl Build<'_> {
    /// The command `cargo build`, to which features may be added.
    pub fn command(&self, context: &Context, toolchain: &Toolchain) -> Result<Command> {
        let tools = HostTools::build(context)?;
        let tree = context.tree.root();
        let mut cargo = host_rust::cargo();
        cargo.current_dir(self.package);
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
        let mut flags = rust_flags(toolchain, tree, self.target);
        flags.extend_from_slice(self.flags);
        cargo.env(setting("RUSTFLAGS"), flags.join(" "));
        cargo.args(["build", "--release", "--target"]);
        cargo.arg(tree.join(format!("firmware/xtensa/{TRIPLE}.json")));
        cargo.arg("-Zbuild-std=core,alloc,compiler_builtins");
        cargo.arg("-Zbuild-std-features=compiler-builtins-mem");
        cargo.arg("-Zjson-target-spec");
        cargo.arg("--target-dir").arg(self.target);
        Ok(cargo)
    }

    /// The program called so, once it is built.
    pub fn made(&self, program: &str) -> PathBuf {
        self.target.join(TRIPLE).join("release").join(program)
    }
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

/// The flag that has paths below `from` begin with `to`.
pub fn remap(from: &Path, to: &str) -> String {
    format!("--remap-path-prefix={}={to}", from.display())
}

/// The remapped prefixes keep the places of the tree, the results, cargo's
/// downloads and the compiler out of the image; the last one that matches counts.
fn rust_flags(toolchain: &Toolchain, tree: &Path, target: &Path) -> Vec<String> {
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
    flags
}

/// The size report that the link driver wrote. It lies beside the file that the
/// driver made, of which cargo's result is a second name.
pub fn report_beside(image: &Path) -> Result<PathBuf> {
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
