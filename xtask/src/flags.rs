//! The whole command line of `cargo xtask`, in one place.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Everything the project can do: provision, build, run cases, test, measure.
///
/// What is fetched and built lives in one cache folder outside the tree:
/// ACELAB_CACHE, or `acelab` in the user's cache folder.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    version,
    disable_help_subcommand = true
)]
pub struct Xtask {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lists each need: where it was found, its version, and how to fix it. Fetches nothing.
    Doctor,
    /// Fetches what is missing: firmware toolchain, QEMU source and its build needs.
    Provision(Provision),
    /// Builds QEMU with the `ace30` machine and prints the path of the binary.
    Qemu(Qemu),
    /// Builds the DSP firmware and prints its sections' sizes.
    Firmware(Firmware),
    /// Builds loadable libraries, shows what is in one, begins a new one.
    Module(Module),
    /// Builds everything that is needed, then runs `acelab-lab` with the arguments given.
    Lab(Lab),
    /// Runs the host tests, the cases, clippy, rustfmt and tidy.
    Test(Test),
    /// Prints the lab's measurements: instructions, host time, synchronisation cost.
    Bench(Bench),
    /// Checks the tree itself: code map, file sizes, workflow commands, layering.
    Tidy,
    /// Prints the content hashes that a CI cache is keyed by.
    CacheKey(CacheKey),
}

/// `cargo xtask provision`
#[derive(Debug, Args, Default)]
#[command(after_help = "\
Examples:
  cargo xtask provision                 fetch whatever is missing
  cargo xtask provision toolchain       only the firmware toolchain
  cargo xtask provision --refresh       look for newer versions than those in use
  ACELAB_PRIVATE=1 cargo xtask provision   take nothing from the machine that can be fetched")]
pub struct Provision {
    /// What to provision; everything when left out.
    #[arg(value_enum)]
    pub what: Vec<Need>,
    /// Forgets which versions were chosen before and chooses again.
    #[arg(long)]
    pub refresh: bool,
    /// Where QEMU's source comes from.
    #[command(flatten)]
    pub source: QemuSource,
}

/// One thing that can be provisioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Need {
    /// rustc with the sources of `core`, LLVM tools with Xtensa, Xtensa binutils.
    Toolchain,
    /// ninja, pkg-config, GLib, zlib, meson.
    BuildNeeds,
    /// QEMU's source.
    QemuSource,
}

/// Where QEMU's source comes from.
#[derive(Debug, Args, Default, Clone)]
pub struct QemuSource {
    /// A QEMU source tarball to build from, instead of fetching one.
    #[arg(long, env = "ACELAB_QEMU_SOURCE", value_name = "TARBALL")]
    pub qemu_source: Option<PathBuf>,
}

/// `cargo xtask qemu`
#[derive(Debug, Args, Default)]
#[command(after_help = "\
Examples:
  cargo xtask qemu                                 build, or find it built
  cargo xtask qemu --qemu-source qemu-10.0.2.tar.xz
  $(cargo xtask qemu) -M help                      use the binary by hand")]
pub struct Qemu {
    /// Where QEMU's source comes from.
    #[command(flatten)]
    pub source: QemuSource,
    /// Prints ninja's whole output.
    #[arg(long, short)]
    pub verbose: bool,
}

/// `cargo xtask firmware`
#[derive(Debug, Args, Default)]
#[command(after_help = "\
Examples:
  cargo xtask firmware                       all variants, with a size report
  cargo xtask firmware --variant debug       one variant
  cargo xtask firmware --check-reproducible  build in two folders, compare the bytes (loadable
                                             libraries: cargo xtask module build)")]
pub struct Firmware {
    /// The variants to build, as named in firmware/variants.toml; all when left out.
    #[arg(long = "variant", value_name = "NAME")]
    pub variants: Vec<String>,
    /// Builds each variant twice more from copies of the tree in other folders, and compares the
    /// bytes.
    #[arg(long)]
    pub check_reproducible: bool,
}

/// `cargo xtask module`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo xtask module new echo                         begin a library from the template
  cargo xtask module build gain --out gain.acelib     a library of firmware/modules/libraries
  cargo xtask module build ../mine                    a library that lies elsewhere
  cargo xtask module info gain.acelib                 what is in a file
  cargo xtask module build --check-reproducible       all libraries, from two folders each

docs/writing-a-loadable-module.md leads from the template to a case that passes.")]
pub struct Module {
    /// What to do.
    #[command(subcommand)]
    pub command: ModuleCommand,
}

/// The commands of `cargo xtask module`.
#[derive(Debug, Subcommand)]
pub enum ModuleCommand {
    /// Builds libraries and prints the paths of their files.
    Build(ModuleBuild),
    /// Checks a library's file and prints what is in it.
    Info(ModuleInfo),
    /// Begins a library in firmware/modules/libraries from the template.
    New(ModuleNew),
}

/// `cargo xtask module build`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo xtask module build                            all libraries of firmware/modules/libraries
  cargo xtask module build gain --out gain.acelib     one of them, its file in a place of one's own
  cargo xtask module build ../mine                    the package in a folder outside of this tree
  cargo xtask module build --check-reproducible       build in two folders, compare the bytes

Beside each file lies NAME.elf, with the symbols: an address there is one in memory without the
image's base.")]
pub struct ModuleBuild {
    /// Libraries of firmware/modules/libraries, or the folders of some; all of the tree when left
    /// out.
    #[arg(value_name = "LIBRARY")]
    pub libraries: Vec<String>,
    /// Where to put the file; for one library only.
    #[arg(long, value_name = "FILE", requires = "libraries")]
    pub out: Option<PathBuf>,
    /// Builds them twice more, from copies of the tree in other folders, and compares the bytes.
    #[arg(long)]
    pub check_reproducible: bool,
}

/// `cargo xtask module info`
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  cargo xtask module build gain --out gain.acelib
  cargo xtask module info gain.acelib

It checks the file as the firmware does before it links it, and fails with the firmware's words;
but for the version of the module interface, which it prints.")]
pub struct ModuleInfo {
    /// A library's file, as `module build` makes it.
    pub file: PathBuf,
}

/// `cargo xtask module new`
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  cargo xtask module new echo          makes firmware/modules/libraries/echo with the module ECHO
  cargo test -p echo-library           its tests, on the host
  cargo xtask module build echo        its file

docs/writing-a-loadable-module.md goes on from there.")]
pub struct ModuleNew {
    /// One to eight lower-case letters and digits, a letter first.
    #[arg(value_parser = crate::module::library_name)]
    pub name: String,
}

/// `cargo xtask lab`
#[derive(Debug, Args)]
#[command(
    disable_help_flag = true,
    after_help = "\
Examples:
  cargo xtask lab run                  run all cases
  cargo xtask lab run --tag smoke      only the cases with this tag
  cargo xtask lab show CASE            the merged timeline of one case
  cargo xtask lab --help               what the lab itself offers"
)]
pub struct Lab {
    /// Arguments of `acelab-lab`, passed on as they are.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<OsString>,
}

/// `cargo xtask test`
#[derive(Debug, Args, Default)]
#[command(after_help = "\
Examples:
  cargo xtask test                 host tests, cases, lints, formatting, tidy
  cargo xtask test --host-only     only the tests inside the crates, without QEMU and firmware
  cargo xtask test -- snapshot     only the tests with this in their name")]
pub struct Test {
    /// Builds neither QEMU nor firmware, and runs only the tests inside the crates.
    #[arg(long)]
    pub host_only: bool,
    /// A part of the names of the tests to run.
    #[arg(last = true)]
    pub filter: Vec<String>,
}

/// `cargo xtask bench`
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub struct Bench {
    /// Arguments of `acelab-lab bench`, passed on as they are.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub args: Vec<OsString>,
}

/// `cargo xtask cache-key`
#[derive(Debug, Args)]
#[command(after_help = "\
Example (one `name=key` per line, ready for a CI's step outputs):
  cargo xtask cache-key")]
pub struct CacheKey {}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Xtask::command().debug_assert();
    }
}
