//! `lab list`.

use std::process::ExitCode;

use super::Failure;
use super::environment::{Folders, cases};
use crate::coverage::{LoadErrors, Statuses, Table};
use crate::suite::Selection;

/// List cases with their tags and what they show.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  cargo xtask lab list
  cargo xtask lab list --tag smoke boot
  cargo xtask lab list --coverage          scenarios, and the cases that cover each")]
pub(super) struct Args {
    /// Parts of case names; all cases unless given.
    filter: Vec<String>,
    /// Only cases with this tag; several tags must all be there.
    #[arg(long)]
    tag: Vec<String>,
    /// The scenarios and known bugs instead, each with the cases that cover it, or
    /// with the reason why it does not apply; then the statuses of replies
    /// and the errors of libraries likewise. Exit code 1 when, of all cases, one has
    /// neither.
    #[arg(long)]
    coverage: bool,
    #[command(flatten)]
    folders: Folders,
}

impl Args {
    pub fn run(self) -> Result<ExitCode, Failure> {
        let files = self.folders.load()?;
        let all = self.filter.is_empty() && self.tag.is_empty();
        let selection = Selection {
            filters: self.filter,
            tags: self.tag,
            shard: None,
            exhaustive: true,
        };
        let selected = selection.apply(cases(&files));
        if self.coverage {
            let table = Table::of(selected.iter().copied());
            let statuses = Statuses::of(selected.iter().copied());
            let errors = LoadErrors::of(selected);
            anstream::println!("{table}\n\n{statuses}\n\n{errors}");
            let missing = table.missing().next().is_some()
                || statuses.missing().next().is_some()
                || errors.missing().next().is_some();
            // Some of the cases need not show everything.
            return Ok(ExitCode::from(u8::from(all && missing)));
        }
        let width = selected
            .iter()
            .map(|case| case.id.to_string().len())
            .max()
            .unwrap_or(0);
        for case in selected {
            let tags = if case.tags.is_empty() {
                String::new()
            } else {
                format!("  [{}]", case.tags.join(", "))
            };
            anstream::println!("{:width$}  {}{tags}", case.id.to_string(), case.summary);
        }
        Ok(ExitCode::SUCCESS)
    }
}
