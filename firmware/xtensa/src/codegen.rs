//! From IR to an object, by way of assembly text.

use std::fs;
use std::path::{Path, PathBuf};

use crate::args::OptLevel;
use crate::asm_text;
use crate::assemble;
use crate::error::{Stage, StageError};
use crate::tools::{Tools, capture, failure};

/// Compiles the textual IR at `ir` and returns the path of the object.
pub fn compile(
    tools: &Tools,
    ir: &Path,
    features: &str,
    level: OptLevel,
) -> Result<PathBuf, StageError> {
    let printed = ir.with_extension("llc.s");
    let mut llc = tools.llvm("llc");
    llc.arg(format!("-{}", level.as_str()))
        .args(["-function-sections", "-data-sections", "-filetype=asm"])
        .arg(ir)
        .arg("-o")
        .arg(&printed);
    let output = capture(Stage::Codegen, &mut llc)?;
    if !output.status.success() {
        return Err(failure(Stage::Codegen, &llc, &output));
    }

    let read = |path: &Path| {
        fs::read_to_string(path).map_err(|error| StageError::io(Stage::Codegen, path, &error))
    };
    let repaired = asm_text::repair(&read(&printed)?).map_err(|reason| {
        StageError::new(Stage::Codegen, format!("{}: {reason}", printed.display()))
    })?;
    let asm = ir.with_extension("s");
    fs::write(&asm, repaired).map_err(|error| StageError::io(Stage::Codegen, &asm, &error))?;
    let object = ir.with_extension("o");
    assemble::generated(tools, &asm, features, &object)?;
    Ok(object)
}
