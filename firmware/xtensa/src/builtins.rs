//! `compiler_builtins`: the functions that LLVM calls on its own account.
//!
//! It stays out of LTO: LLVM must not recognise the body of `memcpy` as a call
//! to `memcpy`, and calls to it appear only when code is generated. So it is
//! compiled last, reduced to what the rest of the image turned out to need.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::args::OptLevel;
use crate::codegen;
use crate::error::{Stage, StageError};
use crate::inputs::{defined_symbols, undefined_symbols};
use crate::lto::write_export_list;
use crate::tools::{Tools, run};

/// Compiles what `objects` need of `modules`; returns the object.
pub fn compile(
    tools: &Tools,
    modules: &[PathBuf],
    objects: &[PathBuf],
    features: &str,
    dir: &Path,
) -> Result<PathBuf, StageError> {
    let merged = dir.join("builtins-all.ll");
    run(
        Stage::Lto,
        tools
            .llvm("llvm-link")
            .args(modules)
            .arg("-S")
            .arg("-o")
            .arg(&merged),
    )?;

    let mut defined = BTreeSet::new();
    let mut needed = BTreeSet::new();
    for object in objects {
        defined.extend(defined_symbols(Stage::Codegen, object)?);
        needed.extend(undefined_symbols(Stage::Codegen, object)?);
    }
    // Generating code for the functions that are needed brings up calls to further ones. Each
    // round adds at least one, so this ends.
    loop {
        needed.retain(|name| !defined.contains(name));
        let reduced = reduce(tools, &merged, &needed, dir)?;
        let object = codegen::compile(tools, &reduced, features, OptLevel::O2)?;
        let before = needed.len();
        needed.extend(undefined_symbols(Stage::Codegen, &object)?);
        needed.retain(|name| !defined.contains(name));
        if needed.len() == before {
            return Ok(object);
        }
    }
}

/// Drops everything that is not reachable from `needed`.
fn reduce(
    tools: &Tools,
    all: &Path,
    needed: &BTreeSet<String>,
    dir: &Path,
) -> Result<PathBuf, StageError> {
    let reduced = dir.join("builtins.ll");
    let list = write_export_list(&dir.join("builtins.exports"), needed)?;
    run(
        Stage::Lto,
        tools
            .llvm("opt")
            .arg("-passes=internalize,globaldce")
            .arg(format!("-internalize-public-api-file={}", list.display()))
            .arg("-S")
            .arg(all)
            .arg("-o")
            .arg(&reduced),
    )?;
    Ok(reduced)
}

/// Names of the functions that `modules` offer, so that LTO does not remove
/// one that the program defines in their place.
pub fn offered(ir: &str) -> BTreeSet<String> {
    ir.lines()
        .filter(|line| line.starts_with("define ") && !line.contains(" internal "))
        .filter_map(|line| line.split_once('@'))
        .filter_map(|(_, rest)| rest.split_once('('))
        .map(|(name, _)| name.trim_matches('"').to_owned())
        .collect()
}

/// Reads textual IR.
pub fn read(path: &Path) -> Result<String, StageError> {
    fs::read_to_string(path).map_err(|error| StageError::io(Stage::Rewrite, path, &error))
}
