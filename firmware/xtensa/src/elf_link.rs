//! The last step that lays out memory: GNU ld.

use std::fs;
use std::path::{Path, PathBuf};

use crate::args::LinkArgs;
use crate::build_id;
use crate::error::{Stage, StageError};
use crate::target;
use crate::tools::{Tools, run};

/// Links `objects` into `args.output`.
pub fn link(
    tools: &Tools,
    args: &LinkArgs,
    objects: &[PathBuf],
    dir: &Path,
) -> Result<(), StageError> {
    let script = match &args.script {
        Some(script) => script.clone(),
        None => {
            let (name, text) = if args.library {
                ("library.ld", target::LIBRARY_SCRIPT)
            } else {
                ("ace30.ld", target::LINKER_SCRIPT)
            };
            let script = dir.join(name);
            fs::write(&script, text)
                .map_err(|error| StageError::io(Stage::Link, &script, &error))?;
            script
        }
    };
    let mut ld = tools.ld();
    ld.args([
        "--no-relax",
        "--gc-sections",
        "--fatal-warnings",
        "--no-warn-rwx-segments",
    ])
    .args([
        "--orphan-handling=error",
        "-static",
        "-nostdlib",
        "-z",
        "noexecstack",
    ])
    // Before the script, whose defaults give way to them.
    .args(
        args.defsym
            .iter()
            .map(|symbol| format!("--defsym={symbol}")),
    )
    // Room for the build id, which is filled in once the rest is known.
    .arg(format!("--build-id=0x{}", "00".repeat(build_id::HASH)))
    .arg("-T")
    .arg(&script)
    .arg("-o")
    .arg(&args.output);
    for symbol in &args.undefined {
        ld.arg("-u").arg(symbol);
    }
    if args.library {
        // Relocations stay in the file, names of other images open.
        ld.args(["-q", "--unresolved-symbols=ignore-all"]);
    }
    if let Some(map) = &args.map {
        ld.arg(format!("-Map={}", map.display()));
    }
    if let Some(strip) = &args.strip {
        ld.arg(strip);
    }
    run(Stage::Link, ld.args(objects))
}
