//! Rewrites of textual LLVM IR that go around defects of LLVM's Xtensa back end.
//!
//! LLVM prints one definition, instruction or attribute group to a line, which
//! is all that the rewrites rely on.

use std::fs;
use std::path::Path;

use crate::error::{Stage, StageError};

pub mod division;
pub mod float;
pub mod frame;
pub mod function;
pub mod wide_division;

/// Rewrites the module at `path` in place.
pub fn rewrite<T>(
    path: &Path,
    edit: impl FnOnce(&mut Vec<String>) -> Result<T, StageError>,
) -> Result<T, StageError> {
    let io = |error: std::io::Error| StageError::io(Stage::Rewrite, path, &error);
    let mut lines = function::lines(&fs::read_to_string(path).map_err(io)?);
    let result = edit(&mut lines)?;
    fs::write(path, function::text(&lines)).map_err(io)?;
    Ok(result)
}
