//! From a library's crate to one linked unit.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::source::Source;
use super::wrapper;
use crate::dsp_cargo::{Build, remap};
use crate::progress::note;
use crate::provision::Context;
use crate::provision::toolchain::Toolchain;

/// Compiles and links a library, with cargo's results in `target`, and returns the ELF file,
/// which the next build may overwrite.
pub fn compile(
    context: &Context,
    toolchain: &Toolchain,
    source: &Source,
    target: &Path,
) -> Result<PathBuf> {
    let outside = !source.is_of(&context.tree);
    // The flags differ, and would have everything built anew each time.
    let target = if outside {
        &target.join("outside").join(&source.package)
    } else {
        target
    };
    let mut flags = Vec::new();
    if outside {
        flags.push(remap(&source.folder, &format!("/{}", source.package)));
    }
    let package = wrapper::write(&context.tree, source, target)?;
    note(format!("building the library {}", source.name));
    let build = Build {
        package: &package,
        target,
        flags: &flags,
    };
    let mut cargo = build.command(context, toolchain)?;
    if !cargo.status().context("running cargo")?.success() {
        bail!("the library {} does not build", source.name);
    }
    Ok(build.made(&wrapper::program_name(source)))
}
