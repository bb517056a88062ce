//! From IR to an object, by way of assembly text.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::args::OptLevel;
use crate::asm_text;
use crate::assemble;
use crate::crash::{Cause, Crash};
use crate::error::{Stage, StageError};
use crate::ir::{float, frame, function};
use crate::shrink::shrink;
use crate::tools::{Tools, capture, failure};

/// What was done to get a function past a defect of LLVM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remedy {
    /// The frame was made larger, see [`frame`].
    PaddedFrame,
    /// `f32` is computed without the FPU, see [`float`].
    SoftFloat,
}

/// An object and what it took to get it.
#[derive(Debug)]
pub struct Compiled {
    /// The object.
    pub object: PathBuf,
    /// Functions (by symbol) that needed help.
    pub remedies: BTreeSet<(String, Remedy)>,
}

/// Compiles the textual IR at `ir`.
///
/// Where LLVM fails in a way that is known and can be helped, the function at
/// fault is changed and the compilation repeated; each round helps one.
pub fn compile(
    tools: &Tools,
    ir: &Path,
    features: &str,
    level: OptLevel,
) -> Result<Compiled, StageError> {
    let mut remedies = BTreeSet::new();
    let printed = ir.with_extension("llc.s");
    loop {
        let mut llc = tools.llvm("llc");
        llc.arg(format!("-{}", level.as_str()))
            .args([
                "-function-sections",
                "-data-sections",
                "-stack-size-section",
            ])
            .arg("-filetype=asm")
            .arg(ir)
            .arg("-o")
            .arg(&printed);
        let output = capture(Stage::Codegen, &mut llc)?;
        if output.status.success() {
            break;
        }
        let stderr = String::from_utf8_lossy(&output.stderr);
        let Some(crash) = Crash::parse(&stderr) else {
            return Err(failure(Stage::Codegen, &llc, &output));
        };
        let remedy =
            remedy(&crash).filter(|remedy| apply(ir, &crash.function, *remedy).unwrap_or(false));
        let Some(remedy) = remedy else {
            let reason = format!("LLVM gave up: {}", crash.message);
            return Err(StageError::in_function(
                Stage::Codegen,
                &crash.function,
                reason,
            ));
        };
        remedies.insert((crash.function, remedy));
    }

    let asm = repair(&printed, &ir.with_extension("s"))?;
    let object = ir.with_extension("o");
    assemble::generated(tools, &asm, features, &object)?;
    Ok(Compiled { object, remedies })
}

fn remedy(crash: &Crash) -> Option<Remedy> {
    match crash.cause {
        Cause::NoSpillSlot => Some(Remedy::PaddedFrame),
        Cause::CannotSelect => Some(Remedy::SoftFloat),
        Cause::Other => None,
    }
}

/// Changes `symbol` in the module at `ir`; false where that changes nothing.
fn apply(ir: &Path, symbol: &str, remedy: Remedy) -> std::io::Result<bool> {
    let mut lines = function::lines(&fs::read_to_string(ir)?);
    let changed = match remedy {
        Remedy::PaddedFrame => frame::pad(&mut lines, symbol),
        Remedy::SoftFloat => float::soften(&mut lines, symbol),
    };
    fs::write(ir, function::text(&lines))?;
    Ok(changed)
}

/// Repairs the assembly at `printed` into `asm`.
fn repair(printed: &Path, asm: &Path) -> Result<PathBuf, StageError> {
    let text = fs::read_to_string(printed)
        .map_err(|error| StageError::io(Stage::Codegen, printed, &error))?;
    let repaired = asm_text::repair(&text).map_err(|reason| {
        StageError::new(Stage::Codegen, format!("{}: {reason}", printed.display()))
    })?;
    if let Some((symbol, callee)) = asm_text::refused_call(&repaired) {
        let reason = format!(
            "it calls `{callee}`, to which LLVM and compiler_builtins disagree about how \
             arguments are passed"
        );
        return Err(StageError::in_function(Stage::Codegen, symbol, reason));
    }
    fs::write(asm, shrink(&repaired))
        .map_err(|error| StageError::io(Stage::Codegen, asm, &error))?;
    Ok(asm.to_owned())
}
