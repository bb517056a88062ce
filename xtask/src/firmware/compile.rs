//! Compiling and linking one variant.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::Variant;
use crate::dsp_cargo::{Build, report_beside};
use crate::progress::note;
use crate::provision::Context;
use crate::provision::toolchain::Toolchain;

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
    note(format!("building the firmware, variant {}", variant.name));
    let mut flags = Vec::new();
    if !places {
        // Panics say what, and not where: the report has the addresses of the callers, of which
        // the lab makes lines. Four kilobytes less.
        flags.push("-Zlocation-detail=none".to_owned());
    }
    let build = Build {
        package: &context.tree.path("firmware/dsp"),
        target,
        flags: &flags,
    };
    let mut cargo = build.command(context, toolchain)?;
    if !variant.features.is_empty() {
        cargo.arg("--features").arg(variant.features.join(","));
    }
    if !cargo.status().context("running cargo")?.success() {
        bail!("the firmware (variant {}) does not build", variant.name);
    }
    let image = build.made(IMAGE);
    let report = report_beside(&image)?;
    let sizes = report.with_extension("json");
    Ok(Compiled {
        image,
        report,
        sizes,
    })
}
