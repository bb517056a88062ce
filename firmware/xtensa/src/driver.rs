//! The order of the stages.

use std::path::Path;

use crate::args::{Float, LinkArgs};
use crate::builtins::Builtins;
use crate::error::{LinkError, Stage, StageError};
use crate::inputs::{self, undefined_symbols};
use crate::ir::{self, division, float};
use crate::tools::Tools;
use crate::{assemble, build_id, codegen, elf_link, lto, size, target};

/// Makes the image that `args` describe.
///
/// What the stages write lies in a folder beside the output that is removed
/// again, unless one of them fails.
pub fn link(args: &LinkArgs, tools: &Tools) -> Result<(), LinkError> {
    let parent = args.output.parent().filter(|p| !p.as_os_str().is_empty());
    let dir = tempfile::Builder::new()
        .prefix("acelab-ld.")
        .tempdir_in(parent.unwrap_or(Path::new(".")))
        .map_err(|error| LinkError::Environment(format!("no folder to work in: {error}")))?;
    run_stages(args, tools, dir.path()).map_err(|error| LinkError::Stage {
        error,
        kept: dir.keep(),
    })
}

fn run_stages(args: &LinkArgs, tools: &Tools, dir: &Path) -> Result<(), StageError> {
    let inputs = inputs::gather(&args.inputs, dir)?;
    if inputs.program.is_empty() {
        let reason = "no bitcode among the inputs; is -Clinker-plugin-lto set?";
        return Err(StageError::new(Stage::Inputs, reason));
    }
    if inputs.builtins.is_empty() {
        let reason = "no compiler_builtins among the inputs; is -Zbuild-std set?";
        return Err(StageError::new(Stage::Inputs, reason));
    }
    let mut objects = assemble::by_hand(tools, args, dir)?;
    objects.extend(inputs.objects);

    let builtins = Builtins::prepare(tools, &inputs.builtins, dir)?;
    let mut exports = builtins.offered().clone();
    exports.extend(args.undefined.iter().cloned());
    for object in &objects {
        exports.extend(undefined_symbols(Stage::Lto, object)?);
    }

    let program = lto::optimise(tools, &inputs.program, &exports, args.opt_level, dir)?;
    let mut features = target::features();
    if args.float == Float::Hard {
        features = format!("{features},{}", target::FLOAT_FEATURES);
    }
    ir::rewrite(&program, |lines| {
        if args.float == Float::Hard {
            float::harden(lines);
        }
        division::make_movable(lines);
        Ok(())
    })?;
    let program = codegen::compile(tools, &program, &features, args.opt_level)?;
    objects.push(program.object);
    let builtins = builtins.compile(tools, &objects, &args.imports, dir)?;
    objects.push(builtins.object);

    elf_link::link(tools, args, &objects, dir)?;
    build_id::stamp(&args.output)?;
    let remedies = program
        .remedies
        .into_iter()
        .chain(builtins.remedies)
        .collect();
    size::write(&args.output, &remedies)
}
