//! The order of the stages.

use std::collections::BTreeSet;
use std::path::Path;

use crate::args::{LinkArgs, OptLevel};
use crate::error::{LinkError, Stage, StageError};
use crate::inputs::{self, undefined_symbols};
use crate::tools::Tools;
use crate::{assemble, build_id, builtins, codegen, elf_link, lto, target};

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
    let mut objects = assemble::by_hand(tools, args, dir)?;
    objects.extend(inputs.objects);

    let mut exports: BTreeSet<String> = args.undefined.iter().cloned().collect();
    for object in &objects {
        exports.extend(undefined_symbols(Stage::Lto, object)?);
    }
    let program = lto::optimise(tools, &inputs.program, &exports, args.opt_level, dir)?;
    objects.push(codegen::compile(
        tools,
        &program,
        &target::features(),
        args.opt_level,
    )?);
    if !inputs.builtins.is_empty() {
        let features = target::features();
        objects.push(builtins::compile(
            tools,
            &inputs.builtins,
            &objects,
            &features,
            dir,
        )?);
    }
    elf_link::link(tools, args, &objects, dir)?;
    build_id::stamp(&args.output)?;
    let _ = OptLevel::O2;
    Ok(())
}
