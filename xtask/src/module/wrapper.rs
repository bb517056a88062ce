//! The program that a library is linked as.
//!
//! A library is an ordinary crate, also for host tests. What makes an image of it – the tables of
//! its modules, allocator, panic handler – is in `acelab-module-runtime`; the package written here
//! brings the two together, in the folder of results.

use std::path::{Path, PathBuf};

use acelab_module_abi::import;
use anyhow::Result;

use super::source::Source;
use crate::store::write_whole;
use crate::tree::Tree;

/// Writes the package for `source` below `target` and returns its folder. What has not changed is
/// left as it is, so that cargo builds nothing again.
pub fn write(tree: &Tree, source: &Source, target: &Path) -> Result<PathBuf> {
    let folder = target.join("wrappers").join(&source.package);
    write_changed(&folder.join("Cargo.toml"), &manifest(tree, source))?;
    write_changed(&folder.join("build.rs"), &build_script(source))?;
    write_changed(&folder.join("src/main.rs"), &program(source))?;
    Ok(folder)
}

/// The program's name.
pub fn program_name(source: &Source) -> String {
    format!("{}-image", source.package)
}

fn write_changed(path: &Path, text: &str) -> Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|there| there == text) {
        return Ok(());
    }
    write_whole(path, text.as_bytes())
}

/// The profile is that of the firmware, so that both have the same `core`.
fn manifest(tree: &Tree, source: &Source) -> String {
    let (name, package) = (program_name(source), &source.package);
    let folder = toml_text(&source.folder);
    let runtime = toml_text(&tree.path("firmware/modules/runtime"));
    format!(
        r#"[package]
name = "{name}"
version = "0.1.0"
edition = "2024"
publish = false

[workspace]

[dependencies]
acelab-module-runtime = {{ path = {runtime} }}
{package} = {{ path = {folder} }}

[profile.release]
opt-level = "s"
panic = "abort"
debug = "line-tables-only"
codegen-units = 1

[profile.release.package."*"]
opt-level = "s"
debug-assertions = false
overflow-checks = false
"#
    )
}

/// A path as TOML writes a text.
fn toml_text(path: &Path) -> String {
    toml::Value::from(path.to_string_lossy().into_owned()).to_string()
}

fn build_script(source: &Source) -> String {
    let mut lines = vec![
        "cargo::rerun-if-env-changed=ACELAB_LD_HASH".to_owned(),
        "cargo::rustc-link-arg-bins=--library".to_owned(),
    ];
    for name in import::NAMES {
        lines.push(format!("cargo::rustc-link-arg-bins=--import={name}"));
    }
    let assembly = source.folder.join("asm");
    if assembly.is_dir() {
        let assembly = assembly.display();
        lines.push(format!("cargo::rerun-if-changed={assembly}"));
        lines.push(format!("cargo::rustc-link-arg-bins=--asm={assembly}"));
    }
    let lines = lines
        .iter()
        .map(|line| format!("    println!({line:?});\n"));
    format!("fn main() {{\n{}}}\n", lines.collect::<String>())
}

fn program(source: &Source) -> String {
    format!(
        "#![no_std]\n#![no_main]\n\nacelab_module_runtime::image!({});\n",
        source.krate()
    )
}
