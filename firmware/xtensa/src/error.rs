//! What can go wrong in a link, said so that the reader knows where to look.

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A step of the pipeline, as named in messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reading objects and archives.
    Inputs,
    /// Merging and optimising the bitcode of the whole program.
    Lto,
    /// Rewriting LLVM IR as text.
    Rewrite,
    /// Turning IR into assembly.
    Codegen,
    /// Turning assembly into objects.
    Assemble,
    /// Laying out the image.
    Link,
    /// Hashing the image and writing its build id.
    BuildId,
    /// Writing the size report.
    Size,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::Inputs => "reading inputs",
            Stage::Lto => "link-time optimisation",
            Stage::Rewrite => "IR rewrite",
            Stage::Codegen => "code generation",
            Stage::Assemble => "assembling",
            Stage::Link => "linking",
            Stage::BuildId => "build id",
            Stage::Size => "size report",
        })
    }
}

/// A failed stage.
#[derive(Debug, Error)]
#[error("{stage} failed{}: {reason}", in_function(.function))]
pub struct StageError {
    /// Where it failed.
    pub stage: Stage,
    /// The function at fault, where one is known.
    pub function: Option<String>,
    /// What happened, with the tool's own words.
    pub reason: String,
}

fn in_function(function: &Option<String>) -> String {
    match function {
        Some(name) => format!(" in function `{:#}`", rustc_demangle::demangle(name)),
        None => String::new(),
    }
}

impl StageError {
    /// A failure that no function can be blamed for.
    pub fn new(stage: Stage, reason: impl Into<String>) -> Self {
        Self {
            stage,
            function: None,
            reason: reason.into(),
        }
    }

    /// A failure in one function, named by its symbol.
    pub fn in_function(stage: Stage, function: &str, reason: impl Into<String>) -> Self {
        Self {
            stage,
            function: Some(function.to_owned()),
            reason: reason.into(),
        }
    }

    /// A file that could not be read or written.
    pub fn io(stage: Stage, path: &Path, error: &std::io::Error) -> Self {
        Self::new(stage, format!("{}: {error}", path.display()))
    }
}

/// Why there is no image.
#[derive(Debug, Error)]
pub enum LinkError {
    /// The command line makes no sense to the driver.
    #[error("{0}")]
    Usage(String),
    /// The environment does not say where the tools are.
    #[error("{0}")]
    Environment(String),
    /// A stage failed; what it worked on was kept.
    #[error("{error}\n  = note: intermediate files are kept in {}", .kept.display())]
    Stage {
        /// What failed.
        #[source]
        error: StageError,
        /// The folder with everything that the stages had written.
        kept: PathBuf,
    },
}
