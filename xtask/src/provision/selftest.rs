//! A short test that a toolchain can do what the firmware build asks of it.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::Context;
use super::machine::{output_of, run};
use super::toolchain::Toolchain;

/// An empty crate is enough to make rustc check the data layout against LLVM's.
const EMPTY_CRATE: &str = "#![feature(no_core)]\n#![no_core]\n#![no_std]\n";

/// A function with a multiplication and a literal.
const SMOKE: &str = include_str!("smoke.ll");

/// Runs the test; the error says which tool failed and how.
pub fn toolchain(context: &Context, toolchain: &Toolchain) -> Result<()> {
    let dir = tempfile::tempdir()?;
    let target = context
        .tree
        .path("firmware/xtensa/xtensa-ace30-none-elf.json");
    compiler(toolchain, &target, dir.path())
        .context("self-test: rustc does not take the firmware's target")?;
    codegen(toolchain, dir.path())
        .context("self-test: the LLVM tools and binutils do not make Xtensa code")
}

fn compiler(toolchain: &Toolchain, target: &Path, dir: &Path) -> Result<()> {
    let (source, bitcode) = (dir.join("empty.rs"), dir.join("empty.bc"));
    std::fs::write(&source, EMPTY_CRATE)?;
    let mut command = Command::new(&toolchain.rustc);
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .arg("-Zunstable-options")
        .arg("--target")
        .arg(target);
    command
        .args(["--crate-type=lib", "--emit=llvm-bc", "-o"])
        .arg(&bitcode)
        .arg(&source);
    run(&mut command)?;
    let text = output_of(
        &toolchain.llvm_bin.join("llvm-dis"),
        [bitcode.as_os_str(), "-o".as_ref(), "-".as_ref()],
    )?;
    if !text.contains("target triple = \"xtensa") {
        bail!("rustc's bitcode is not for Xtensa");
    }
    Ok(())
}

fn codegen(toolchain: &Toolchain, dir: &Path) -> Result<()> {
    let version = output_of(&toolchain.llvm_bin.join("llc"), ["--version"])?;
    if !version.contains("xtensa") {
        bail!("llc has no Xtensa target");
    }
    let (ir, asm, object, image) = (
        dir.join("smoke.ll"),
        dir.join("smoke.s"),
        dir.join("smoke.o"),
        dir.join("smoke.elf"),
    );
    std::fs::write(&ir, SMOKE)?;
    let features = "-mattr=+density,+mul32";
    let llvm = |tool: &str| Command::new(toolchain.llvm_bin.join(tool));
    let binutils = |tool: &str| Command::new(format!("{}{tool}", toolchain.binutils_prefix));
    run(llvm("llc")
        .args([features, "-filetype=asm", "-o"])
        .args([&asm, &ir]))?;
    run(llvm("llvm-mc")
        .args(["-triple=xtensa-none-elf", features, "-filetype=obj", "-o"])
        .args([&object, &asm]))?;
    run(binutils("ld")
        .args(["--no-relax", "-e", "smoke", "-o"])
        .args([&image, &object]))?;
    let listing = run(binutils("objdump").arg("-d").arg(&image))?;
    for wanted in ["mull", "l32r", "12345678", "ret"] {
        if !listing.contains(wanted) {
            bail!("the linked function has no `{wanted}`:\n{listing}");
        }
    }
    Ok(())
}
