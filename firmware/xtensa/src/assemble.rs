//! Assembling, of files written by hand and of what LLVM printed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::args::LinkArgs;
use crate::error::{Stage, StageError};
use crate::target;
use crate::tools::{Tools, run};

/// Assembles everything that `args` names, and [`target::RUNTIME_ASM`]; returns the objects.
pub fn by_hand(tools: &Tools, args: &LinkArgs, dir: &Path) -> Result<Vec<PathBuf>, StageError> {
    let runtime = dir.join("runtime.S");
    fs::write(&runtime, target::RUNTIME_ASM)
        .map_err(|error| StageError::io(Stage::Assemble, &runtime, &error))?;
    let object = dir.join("runtime.o");
    generated(tools, &runtime, &features(), &object)?;

    let mut objects = vec![object];
    for (index, source) in sources(&args.asm)?.into_iter().enumerate() {
        let object = dir.join(format!("asm-{index:02}.o"));
        let mut mc = tools.llvm("llvm-mc");
        mc.arg(format!("-triple={}", target::TRIPLE))
            .arg(format!("-mattr={}", features()))
            .args([
                "-filetype=obj",
                "-g",
                "-dwarf-version=5",
                "-fdebug-compilation-dir=.",
            ]);
        let beside = source.parent().map(Path::to_owned);
        for folder in args.asm_include.iter().chain(&beside) {
            mc.arg("-I").arg(folder);
            mc.arg(format!(
                "-fdebug-prefix-map={}={}",
                folder.display(),
                short(folder).display()
            ));
        }
        for symbol in &args.defsym {
            mc.arg(format!("--defsym={symbol}"));
        }
        run(Stage::Assemble, mc.arg(&source).arg("-o").arg(&object))?;
        objects.push(object);
    }
    Ok(objects)
}

/// Assembles text that needs no debug information of its own.
pub fn generated(
    tools: &Tools,
    asm: &Path,
    features: &str,
    object: &Path,
) -> Result<(), StageError> {
    run(
        Stage::Assemble,
        tools
            .llvm("llvm-mc")
            .arg(format!("-triple={}", target::TRIPLE))
            .arg(format!("-mattr={features}"))
            .arg("-filetype=obj")
            .arg(asm)
            .arg("-o")
            .arg(object),
    )
}

/// Assembly written by hand may use the FPU, whatever the rest of the image does.
fn features() -> String {
    format!("{},{}", target::features(), target::FLOAT_FEATURES)
}

/// The last two parts of a path: enough to find a file of the project, and the
/// same wherever the project lies.
fn short(folder: &Path) -> PathBuf {
    let parts: Vec<_> = folder.components().collect();
    parts[parts.len().saturating_sub(2)..].iter().collect()
}

/// The `.S` files of `paths`, those of a folder in the order of their names.
fn sources(paths: &[PathBuf]) -> Result<Vec<PathBuf>, StageError> {
    let mut all = Vec::new();
    for path in paths {
        let unreadable = |error: std::io::Error| StageError::io(Stage::Assemble, path, &error);
        if path.is_dir() {
            let mut files = Vec::new();
            for entry in fs::read_dir(path).map_err(unreadable)? {
                let file = entry.map_err(unreadable)?.path();
                if file.extension().is_some_and(|extension| extension == "S") {
                    files.push(file);
                }
            }
            if files.is_empty() {
                let reason = format!("{} holds no .S file", path.display());
                return Err(StageError::new(Stage::Assemble, reason));
            }
            files.sort();
            all.append(&mut files);
        } else {
            all.push(path.clone());
        }
    }
    Ok(all)
}
