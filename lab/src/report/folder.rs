//! Everything about a failed case, in one folder.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use sha2::{Digest, Sha256};

use super::{Context, END, audio, diff, failure};
use crate::snapshot::Comparison;
use crate::suite::CaseResult;
use crate::symbols::Symbols;
use crate::target::CoreState;

/// Writes the verdict, the event log, the snapshot's difference, the sound, the cores'
/// registers, the case file and the target's own output below `root`.
pub fn write_failure(
    root: &Path,
    result: &CaseResult<'_>,
    case_text: &str,
    context: &Context<'_>,
) -> io::Result<PathBuf> {
    let folder = root.join(result.case.id.file_stem());
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let plain = |text: &str| anstream::adapter::strip_str(text).to_string();
    fs::write(folder.join("verdict.txt"), plain(&failure(result, context)))?;
    fs::write(
        folder.join("events.log"),
        result.finished.record.timeline.text(),
    )?;
    fs::write(folder.join("case.yaml"), case_text)?;
    fs::write(folder.join("run.txt"), identity(result, case_text, context))?;
    fs::write(folder.join("target.stderr"), &result.finished.diagnostics)?;
    if let Some(Comparison::Different { old, new }) = &result.difference {
        let diff = diff::unified(old.as_deref().unwrap_or(""), new);
        fs::write(folder.join("snapshot.diff"), plain(&diff))?;
    }
    audio::write(&folder, &result.finished.audio)?;
    if !result.finished.cores.is_empty() {
        let symbols = context.symbols(&result.finished.record);
        let cores: String = result
            .finished
            .cores
            .iter()
            .map(|core| registers(core, &symbols))
            .collect();
        fs::write(folder.join("cores.txt"), cores)?;
    }
    Ok(folder)
}

/// What went into the run: with the same inputs it is the same run.
fn identity(result: &CaseResult<'_>, case_text: &str, context: &Context<'_>) -> String {
    let case = result.case;
    let firmware = context
        .elf
        .map_or_else(|| "none".to_owned(), |elf| sha256(elf.bytes()));
    format!(
        "case {}\nseed {}\ncores {}\nfirmware {} sha256 {firmware}\ncase file sha256 {}\nlab {}\nvirtual time {} ns\n",
        case.id,
        case.seed,
        case.cores,
        case.firmware.name(),
        sha256(case_text.as_bytes()),
        env!("CARGO_PKG_VERSION"),
        result.finished.virtual_time.0,
    )
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The registers of a core at the end of a run, as text.
pub(crate) fn registers(state: &CoreState, symbols: &Symbols<'_>) -> String {
    let pc = symbols.explained(&format!("{:#010x}", state.pc), END);
    let mut text = format!("core {} {} pc={pc}\n", state.core, state.run);
    let general = state
        .general
        .iter()
        .enumerate()
        .map(|(index, value)| (format!("a{index}"), *value));
    let special = state
        .special
        .iter()
        .map(|(name, value)| ((*name).to_owned(), *value));
    for (index, (name, value)) in general.chain(special).enumerate() {
        let end = if index % 4 == 3 { "\n" } else { "  " };
        // Writing to a string cannot fail.
        let _ = write!(text, "{name:>10}={value:#010x}{end}");
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}
