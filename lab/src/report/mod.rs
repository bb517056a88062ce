//! What people and their tools get to see.

mod audio;
mod diff;
mod folder;
mod github;
mod json;
mod junit;
mod style;
mod summary;
mod text;
mod timeline;

pub(crate) use folder::registers;
pub use folder::write_failure;
pub use github::Github;
pub use json::to_json;
pub use junit::to_junit;
pub use summary::Summary;
pub(crate) use summary::human;
pub use text::{case_line, failure};
pub use timeline::show;

use std::path::Path;

use acelab_abi::clock::Nanos;

use crate::case::Case;
use crate::host::Record;
use crate::symbols::{Elf, LibraryElfs, Symbols};

/// After all that happened.
const END: Nanos = Nanos(u64::MAX);

/// What a report needs to know beside a result.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The firmware the case ran with; explains addresses.
    pub elf: Option<&'a Elf>,
    /// The files of libraries, which explain addresses in them.
    pub libraries: Option<&'a LibraryElfs>,
    /// The folder of cases, as people call it.
    pub cases: &'a Path,
}

impl<'a> Context<'a> {
    /// The case's file, as people call it.
    pub fn file(&self, case: &Case) -> String {
        self.cases
            .join(format!("{}.yaml", case.id.file))
            .display()
            .to_string()
    }

    fn symbols(&self, record: &Record) -> Symbols<'a> {
        Symbols::of_run(self.elf, self.libraries, &record.log)
    }
}

/// The command that runs one case again.
pub fn rerun(case: &Case) -> String {
    let id = case.id.to_string();
    if case.id.choice.is_empty() {
        format!("cargo xtask lab run {id}")
    } else {
        format!("cargo xtask lab run '{id}'")
    }
}
