//! Merging and optimising the whole program.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::args::OptLevel;
use crate::error::{Stage, StageError};
use crate::tools::{Tools, run};

/// Links `modules` into one, makes everything private but `exports`, optimises
/// across crates, and returns the path of the resulting textual IR.
pub fn optimise(
    tools: &Tools,
    modules: &[PathBuf],
    exports: &BTreeSet<String>,
    level: OptLevel,
    dir: &Path,
) -> Result<PathBuf, StageError> {
    let merged = dir.join("program.bc");
    run(
        Stage::Lto,
        tools.llvm("llvm-link").args(modules).arg("-o").arg(&merged),
    )?;

    let optimised = dir.join("program.ll");
    let list = write_export_list(&dir.join("program.exports"), exports)?;
    run(
        Stage::Lto,
        tools
            .llvm("opt")
            .arg(format!("-passes=internalize,lto<{}>", level.as_str()))
            .arg(format!("-internalize-public-api-file={}", list.display()))
            .arg("-S")
            .arg(&merged)
            .arg("-o")
            .arg(&optimised),
    )?;
    Ok(optimised)
}

/// Writes the names that `internalize` has to leave public.
pub fn write_export_list(path: &Path, exports: &BTreeSet<String>) -> Result<PathBuf, StageError> {
    let mut text = String::new();
    for name in exports {
        text.push_str(name);
        text.push('\n');
    }
    fs::write(path, text).map_err(|error| StageError::io(Stage::Lto, path, &error))?;
    Ok(path.to_owned())
}
