//! The parts of the firmware toolchain that are named by hand or on the machine.

use std::path::PathBuf;
use std::process::Command;

use super::{Parts, Spec, rustc_facts};
use crate::provision::Context;
use crate::provision::machine::{find_on_path, output_of, run};
use crate::provision::version::Version;

/// The tools that the link driver calls.
pub const LLVM_TOOLS: [&str; 6] = ["llc", "opt", "llvm-link", "llvm-mc", "llvm-dis", "llvm-as"];

/// Looks for all parts.
pub fn look(context: &Context, spec: &Spec) -> Parts {
    let named = &context.by_hand;
    let path =
        |tool: &String, variable: &str| (PathBuf::from(tool), format!("named by {variable}"));
    let mut parts = Parts {
        rustc: named.rustc.as_ref().map(|tool| path(tool, "ACELAB_RUSTC")),
        llvm_bin: named
            .llvm_bin
            .as_ref()
            .map(|folder| path(folder, "ACELAB_LLVM_BIN")),
        binutils_prefix: named
            .binutils_prefix
            .as_ref()
            .map(|prefix| (prefix.clone(), "named by ACELAB_BINUTILS_PREFIX".into())),
    };
    if context.private {
        return parts;
    }
    if parts.rustc.is_none() {
        parts.rustc = rustc(spec);
    }
    if parts.llvm_bin.is_none()
        && let Some((rustc, _)) = &parts.rustc
        && let Ok(facts) = rustc_facts(rustc)
    {
        parts.llvm_bin = llvm_bin(facts.llvm_major);
    }
    if parts.binutils_prefix.is_none() {
        parts.binutils_prefix = binutils(&spec.binutils.prefix);
    }
    parts
}

/// A compiler that is new enough and has its library source: the newest among
/// the system's own and rustup's toolchains.
pub fn rustc(spec: &Spec) -> Option<(PathBuf, String)> {
    let system = [
        PathBuf::from("/usr/bin/rustc"),
        PathBuf::from("/usr/local/bin/rustc"),
    ];
    let candidates = system
        .into_iter()
        .filter(|path| path.exists())
        .chain(rustup_compilers());
    let usable = candidates.filter_map(|rustc| {
        let facts = rustc_facts(&rustc).ok()?;
        let release = Version::new(facts.release.clone());
        // A nightly of the same number may differ from the release in any way; it is not taken unasked.
        let good = facts.rust_src.is_some()
            && !facts.release.contains('-')
            && release >= Version::new(spec.rust.minimum.clone());
        good.then_some((release, rustc))
    });
    let (_, rustc) = usable.max_by(|a, b| a.0.cmp(&b.0))?;
    let origin = format!("the machine's {}", rustc.display());
    Some((rustc, origin))
}

/// The compilers of the toolchains that rustup has installed.
fn rustup_compilers() -> Vec<PathBuf> {
    let Some(rustup) = find_on_path("rustup") else {
        return Vec::new();
    };
    let Ok(list) = run(Command::new(rustup).args(["toolchain", "list", "--verbose"])) else {
        return Vec::new();
    };
    let folder =
        |line: &str| Some(PathBuf::from(line.split_whitespace().last()?).join("bin/rustc"));
    list.lines()
        .filter_map(folder)
        .filter(|path| path.is_absolute() && path.exists())
        .collect()
}

/// The system's LLVM tools of the given major version, when they know Xtensa.
pub fn llvm_bin(major: u32) -> Option<(PathBuf, String)> {
    let dir = PathBuf::from(format!("/usr/lib/llvm-{major}/bin"));
    let all = LLVM_TOOLS.iter().all(|tool| dir.join(tool).exists());
    let xtensa =
        || output_of(&dir.join("llc"), ["--version"]).is_ok_and(|text| text.contains("xtensa"));
    (all && xtensa()).then(|| {
        let origin = format!("the machine's {}", dir.display());
        (dir, origin)
    })
}

/// The system's Xtensa binutils.
pub fn binutils(prefix: &str) -> Option<(String, String)> {
    let ld = find_on_path(&format!("{prefix}ld"))?;
    let found = ld.parent()?.join(prefix);
    Some((
        found.display().to_string(),
        format!("the machine's {}", ld.display()),
    ))
}
