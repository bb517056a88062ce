//! `compiler_builtins`: the functions that LLVM calls on its own account.
//!
//! It stays out of LTO: LLVM must not recognise the body of `memcpy` as a call
//! to `memcpy`, and calls to it appear only when code is generated. So it is
//! compiled last, reduced to what the rest of the image turned out to need.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::args::OptLevel;
use crate::codegen::{self, Compiled};
use crate::error::{Stage, StageError};
use crate::inputs::{defined_symbols, undefined_symbols};
use crate::ir::{self, division, function, wide_division};
use crate::lto::write_export_list;
use crate::target;
use crate::tools::{Tools, run};

/// All of `compiler_builtins`, as textual IR.
#[derive(Debug)]
pub struct Builtins {
    module: PathBuf,
    offered: BTreeSet<String>,
}

impl Builtins {
    /// Links `modules` into one, written to `dir`, and puts the adapters in.
    pub fn prepare(tools: &Tools, modules: &[PathBuf], dir: &Path) -> Result<Self, StageError> {
        let module = dir.join("builtins-all.ll");
        run(
            Stage::Lto,
            tools
                .llvm("llvm-link")
                .args(modules)
                .arg("-S")
                .arg("-o")
                .arg(&module),
        )?;
        let offered = ir::rewrite(&module, |lines| {
            wide_division::adapt(lines).map_err(|symbol| {
                let reason = "its signature is not the one that its adapter expects";
                StageError::in_function(Stage::Rewrite, symbol, reason)
            })?;
            division::make_movable(lines);
            let public = lines
                .iter()
                .filter(|line| !line.starts_with("define internal "));
            Ok(public
                .filter_map(|line| function::defined_symbol(line))
                .map(str::to_owned)
                .collect())
        })?;
        Ok(Self { module, offered })
    }

    /// Names that LLVM may come to call: where the program defines one itself,
    /// LTO must not remove it.
    pub fn offered(&self) -> &BTreeSet<String> {
        &self.offered
    }

    /// Compiles what `objects` need and do not have, but for what is imported.
    pub fn compile(
        &self,
        tools: &Tools,
        objects: &[PathBuf],
        imports: &[String],
        dir: &Path,
    ) -> Result<Compiled, StageError> {
        let mut defined: BTreeSet<_> = imports.iter().cloned().collect();
        let mut needed = BTreeSet::new();
        for object in objects {
            defined.extend(defined_symbols(Stage::Codegen, object)?);
            needed.extend(undefined_symbols(Stage::Codegen, object)?);
        }
        // Generating code for what is needed brings up calls to further functions. Each round
        // adds at least one, so this ends.
        loop {
            needed.retain(|name| !defined.contains(name));
            let reduced = self.reduce(tools, &needed, dir)?;
            let compiled = codegen::compile(tools, &reduced, &target::features(), OptLevel::O2)?;
            let open = undefined_symbols(Stage::Codegen, &compiled.object)?;
            let before = needed.len();
            needed.extend(open.into_iter().filter(|name| !defined.contains(name)));
            if needed.len() == before {
                return Ok(compiled);
            }
        }
    }

    /// Drops everything that is not reachable from `needed`.
    fn reduce(
        &self,
        tools: &Tools,
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
                .arg(&self.module)
                .arg("-o")
                .arg(&reduced),
        )?;
        Ok(reduced)
    }
}
