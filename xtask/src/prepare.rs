//! Everything that a case needs to run, built and ready.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use crate::firmware::{self, Variants};
use crate::host_rust;
use crate::module;
use crate::provision::Context;
use crate::provision::toolchain::{self, Toolchain};
use crate::qemu;

/// What a case runs on.
#[derive(Debug)]
pub struct Ready {
    /// QEMU with the machine.
    pub qemu: PathBuf,
    /// The image of each variant.
    pub firmware: Vec<(String, PathBuf)>,
    /// The folder of the loadable libraries.
    pub libraries: PathBuf,
    /// The toolchain that built the images.
    pub toolchain: Toolchain,
}

/// Variants of the firmware to build, divided by commas; all unless it is set. For work on the
/// firmware: cases that need another variant say so.
const ONLY: &str = "ACELAB_VARIANTS";

/// Builds the machine and the variants of the firmware, or finds them built.
pub fn machine_and_firmware(context: &Context) -> Result<Ready> {
    let given = std::env::var_os("ACELAB_QEMU_SOURCE")
        .filter(|value| !value.is_empty())
        .map(PathBuf::from);
    let qemu = qemu::build(context, given.as_deref(), false)?;
    let toolchain = toolchain::provision(context)?;
    let mut firmware = Vec::new();
    let only = std::env::var(ONLY).unwrap_or_default();
    let only: Vec<_> = only
        .split(',')
        .filter(|name| !name.is_empty())
        .map(String::from)
        .collect();
    for variant in Variants::read(&context.tree)?.select(&only)? {
        let image = firmware::build(context, &toolchain, &variant)?;
        firmware.push((variant.name, image));
    }
    let given = std::env::var_os(module::FOLDER).filter(|value| !value.is_empty());
    let libraries = match given {
        Some(folder) => folder.into(),
        None => module::folder(context, &toolchain)?,
    };
    Ok(Ready {
        qemu,
        firmware,
        libraries,
        toolchain,
    })
}

/// Builds the lab, a host program.
pub fn lab(context: &Context) -> Result<PathBuf> {
    let target = context.tree.target_dir();
    let mut cargo = host_rust::cargo();
    cargo.current_dir(context.tree.root());
    cargo
        .args([
            "build",
            "--quiet",
            "--release",
            "--package",
            "acelab-lab",
            "--target-dir",
        ])
        .arg(&target);
    if !cargo.status().context("running cargo")?.success() {
        bail!("the lab does not build");
    }
    Ok(target.join("release/acelab-lab"))
}

impl Ready {
    /// Names everything in a command's environment, for tests that boot the machine.
    pub fn export(&self, command: &mut Command) {
        command.env("ACELAB_QEMU", &self.qemu);
        command.env(module::FOLDER, &self.libraries);
        for (name, image) in &self.firmware {
            command.env(
                format!("ACELAB_FIRMWARE_{}", name.to_uppercase().replace('-', "_")),
                image,
            );
        }
        command.env("ACELAB_LLVM_BIN", &self.toolchain.llvm_bin);
        command.env("ACELAB_BINUTILS_PREFIX", &self.toolchain.binutils_prefix);
    }
}
