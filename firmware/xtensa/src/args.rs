//! The command line that `rustc` gives its linker.
//!
//! `rustc` speaks to a GNU linker here (flavor `ld`). Every argument is either
//! understood, known to be without meaning for this target, or refused: one
//! that is silently dropped could change the image unnoticed.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::error::LinkError;

/// How `f32` is computed in the image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Float {
    /// By FPU instructions; the FPU must be enabled (CPENABLE) where they run.
    #[default]
    Hard,
    /// By calls into `compiler_builtins`.
    Soft,
}

/// Optimisation level of LTO and code generation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OptLevel {
    /// `opt-level = 1`.
    O1,
    /// `opt-level = 2`, `"s"` and `"z"`: the last two act through function attributes.
    #[default]
    O2,
    /// `opt-level = 3`.
    O3,
}

impl OptLevel {
    /// The level as LLVM's tools spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            OptLevel::O1 => "O1",
            OptLevel::O2 => "O2",
            OptLevel::O3 => "O3",
        }
    }
}

/// A parsed command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkArgs {
    /// Objects and archives, in order.
    pub inputs: Vec<PathBuf>,
    /// The image to write.
    pub output: PathBuf,
    /// `--asm=PATH`: assembly files, or folders whose `*.S` files are assembled.
    pub asm: Vec<PathBuf>,
    /// `--asm-include=DIR`: where `.include` looks.
    pub asm_include: Vec<PathBuf>,
    /// `--defsym=NAME=VALUE`: symbols for the assembler and the linker.
    pub defsym: Vec<String>,
    /// `-u NAME`: symbols to keep though nothing refers to them.
    pub undefined: Vec<String>,
    /// `-T FILE`: linker script in place of the built-in one.
    pub script: Option<PathBuf>,
    /// `-Map=FILE`: link map to write.
    pub map: Option<PathBuf>,
    /// `--float=hard|soft`.
    pub float: Float,
    /// `-plugin-opt=O…`.
    pub opt_level: OptLevel,
    /// `--library`: a loadable library in place of a firmware image.
    pub library: bool,
    /// `--import=NAME`: functions that a library leaves to the firmware.
    pub imports: Vec<String>,
    /// `--strip-debug` or `--strip-all`, handed on.
    pub strip: Option<String>,
}

impl LinkArgs {
    /// Parses what follows the program's name.
    pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Self, LinkError> {
        let mut words = Vec::new();
        for arg in args {
            let word = arg.into_string().map_err(|arg| {
                usage(format!("argument is not UTF-8: {}", arg.to_string_lossy()))
            })?;
            match word.strip_prefix('@') {
                Some(file) => words.extend(response_file(Path::new(file))?),
                None => words.push(word),
            }
        }
        Self::from_words(words)
    }

    fn from_words(words: Vec<String>) -> Result<Self, LinkError> {
        let mut parsed = LinkArgs::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let mut value = |option: &str| {
                words
                    .next()
                    .ok_or_else(|| usage(format!("`{option}` lacks its value")))
            };
            match word.as_str() {
                "-o" => parsed.output = value("-o")?.into(),
                "-T" => parsed.script = Some(value("-T")?.into()),
                "-u" => parsed.undefined.push(value("-u")?),
                // The linker collects garbage anyway, there is nothing to search for and
                // nothing dynamic.
                "-L" | "-z" => drop(value(&word)?),
                "--as-needed"
                | "-Bstatic"
                | "-Bdynamic"
                | "--gc-sections"
                | "-static"
                | "--no-gc-sections"
                | "-no-pie"
                | "--no-dynamic-linker"
                | "--eh-frame-hdr"
                | "--start-group"
                | "--end-group"
                | "-O1" => {}
                "--library" => parsed.library = true,
                "--strip-debug" | "-S" | "--strip-all" | "-s" => parsed.strip = Some(word),
                _ if !word.starts_with('-') => parsed.inputs.push(word.into()),
                _ => parsed.prefixed(&word)?,
            }
        }
        if parsed.output.as_os_str().is_empty() {
            return Err(usage("no output (`-o FILE`)".to_owned()));
        }
        Ok(parsed)
    }

    /// Options that hold their value.
    fn prefixed(&mut self, word: &str) -> Result<(), LinkError> {
        let unknown = || usage(format!("the driver does not know the argument `{word}`"));
        if let Some(level) = word.strip_prefix("-plugin-opt=O") {
            self.opt_level = match level {
                "1" => OptLevel::O1,
                "2" | "s" | "z" => OptLevel::O2,
                "3" => OptLevel::O3,
                _ => {
                    return Err(usage(format!(
                        "opt-level {level} is not supported: LLVM cannot compile the Xtensa \
                         target without optimisation; use \"s\""
                    )));
                }
            };
        } else if let Some((option, value)) = word.split_once('=') {
            match option {
                "--asm" => self.asm.push(value.into()),
                "--asm-include" => self.asm_include.push(value.into()),
                "--defsym" => self.defsym.push(value.to_owned()),
                "--import" => self.imports.push(value.to_owned()),
                "--undefined" => self.undefined.push(value.to_owned()),
                "-Map" | "--Map" => self.map = Some(value.into()),
                "--float" => {
                    self.float = match value {
                        "hard" => Float::Hard,
                        "soft" => Float::Soft,
                        _ => return Err(usage(format!("--float is hard or soft, not {value}"))),
                    }
                }
                "-plugin-opt" if value.starts_with("mcpu=") => {}
                _ => return Err(unknown()),
            }
        } else if let Some(script) = word.strip_prefix("-T") {
            self.script = Some(script.into());
        } else if !word.starts_with("-L") {
            return Err(unknown());
        }
        Ok(())
    }
}

/// The words of a response file, which `rustc` writes one to a line, with a
/// backslash before spaces and backslashes.
fn response_file(path: &Path) -> Result<Vec<String>, LinkError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| usage(format!("response file {}: {error}", path.display())))?;
    Ok(text.lines().map(unescape).collect())
}

fn unescape(line: &str) -> String {
    let mut word = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        word.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    word
}

fn usage(message: String) -> LinkError {
    LinkError::Usage(message)
}

#[cfg(test)]
mod tests;
